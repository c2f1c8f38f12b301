//! A diff: it is read the same each time, or refused.

use std::path::Path;

use portcullis::diff::DiffState;

pub fn run(data: &[u8]) {
    let state = DiffState::of_bytes(data, "change.diff", Path::new("/nowhere"));
    match &state {
        DiffState::Read(diff) => {
            let _touched = diff.touches(&|path| path.ends_with(".rs"));
            for path in diff.files.keys() {
                super::outputs::harmless(path, &[]);
            }
        }
        DiffState::Unusable { why, help } => assert!(!why.is_empty() && !help.is_empty()),
        DiffState::None => panic!("a diff was given"),
    }
    assert_eq!(state, DiffState::of_bytes(data, "change.diff", Path::new("/nowhere")));
}
