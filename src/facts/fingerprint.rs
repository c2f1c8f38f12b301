//! Fingerprints of findings: what their producer says stays the same from run to run.

use super::finding::digest;
use crate::text::Text;
use crate::verdict::FINGERPRINT;

/// How many of one finding are kept.
pub const MOST_FINGERPRINTS: usize = 4;
/// How long the name of one may be, in bytes.
const LONGEST_NAME: usize = 64;
/// The shortest value that can tell findings apart, in bytes: a column or a version is none.
const SHORTEST: usize = 6;
/// A longer value is digested, in bytes: a baseline holds thousands of them.
const LONGEST: usize = 64;
/// Beyond this nobody means a fingerprint, in bytes.
const ABSURD: usize = 4096;

/// A fingerprint as an alias of its finding. `None`: it is none, as Semgrep's words `requires login`.
#[must_use]
pub fn fingerprint(name: &str, value: &str) -> Option<Text> {
    let value = value.trim();
    let visible = |text: &str| text.bytes().all(|b| b.is_ascii_graphic());
    let is_name = (1..=LONGEST_NAME).contains(&name.len()) && visible(name) && !name.contains('=') && plain(name);
    if !is_name || !(SHORTEST..=ABSURD).contains(&value.len()) || !visible(value) {
        return None;
    }
    if value.len() <= LONGEST && plain(value) {
        return Some(Text::new(&format!("{FINGERPRINT}{name}={value}")));
    }
    let digest: String = digest(&[value]).iter().map(|b| format!("{b:02x}")).collect();
    Some(Text::new(&format!("{FINGERPRINT}{name}=sha256-{digest}")))
}

/// Whether a waiver may name it: it looks like no pattern.
fn plain(text: &str) -> bool {
    !text.contains(['*', '?', '[', ']', '{', '}', '#'])
}

/// The first of these, in the order of their names.
#[must_use]
pub fn few_fingerprints(all: impl IntoIterator<Item = Text>) -> Vec<Text> {
    let all: std::collections::BTreeSet<Text> = all.into_iter().collect();
    all.into_iter().take(MOST_FINGERPRINTS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Aliases, is_advisory};

    #[test]
    fn what_is_no_fingerprint_is_none_and_a_long_one_is_short() {
        for (name, value) in [
            ("matchBasedId/v1", "requires login"),
            ("primaryLocationStartColumnFingerprint", "0"),
            ("a", ""),
            ("", "0123456789"),
            ("a=b", "0123456789"),
            ("a b", "0123456789"),
            ("a*", "0123456789"),
            ("a", "012345678é"),
            ("a", "0123\u{1b}456789"),
            (&"n".repeat(65), "0123456789"),
            ("a", &"0".repeat(4097)),
        ] {
            assert_eq!(fingerprint(name, value), None, "{name} {value}");
        }
        assert_eq!(fingerprint("a/v1", " 39fa2ee980eb94b0:1 ").as_deref(), Some("fingerprint:a/v1=39fa2ee980eb94b0:1"));
        let long = |value: &str| fingerprint("a", value).unwrap();
        let (one, other) = ("f".repeat(200), format!("{}e", "f".repeat(199)));
        assert_eq!(long(&one), long(&one));
        assert_ne!(long(&one), long(&other));
        assert!(long(&one).len() < 64, "{}", long(&one));
        // GitLab's `scope_offset` names functions by their place: no waiver could.
        assert!(!long("a.py|run[0]:2").contains('['));
        let many = (0..99).map(|n| long(&format!("{n:08}")));
        assert_eq!(few_fingerprints(many).len(), MOST_FINGERPRINTS);
    }

    /// Whatever a fingerprint says, it is no advisory, and joins none.
    #[test]
    fn a_fingerprint_joins_no_advisories() {
        let print = fingerprint("CVE-2024-0001", "CVE-2024-0002").unwrap();
        assert!(!is_advisory(&print));
        let mut aliases = Aliases::default();
        for id in ["CVE-2024-0003", "RUSTSEC-2024-0004"] {
            aliases.learn(&Text::new(id), std::slice::from_ref(&print));
        }
        aliases.learn(&print, &["CVE-2024-0005".into()]);
        assert!(!aliases.same("CVE-2024-0003", "RUSTSEC-2024-0004"));
        assert_eq!(aliases.names().count(), 0);
    }
}
