//! The policy: whatever it says, it is read or every mistake can be shown.

use std::sync::Arc;

use portcullis::diagnostic::SourceFile;
use portcullis::policy::Policy;

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    // A base is a file of this machine, which is none of a fuzzer's business.
    if text.contains("extends") || text.contains("waiver-files") {
        return;
    }
    let today = "2026-11-23".parse().unwrap();
    for profile in [None, Some("pr")] {
        let file = SourceFile { path: "portcullis.toml".into(), text: text.to_owned() };
        match Policy::load(Arc::new(file), profile, today) {
            Ok(policy) => {
                policy.lint(today).iter().for_each(|d| shown(&d.render()));
                let _said = policy.show();
            }
            Err(mistakes) => {
                assert!(!mistakes.is_empty());
                mistakes.iter().for_each(|d| shown(&d.render()));
            }
        }
    }
}

fn shown(rendered: &str) {
    super::outputs::harmless(&anstream::adapter::strip_str(rendered).to_string(), &[]);
}
