//! Text that somebody else wrote, made harmless where it enters.
//!
//! Everything a report says goes through [`Text::new`] once; no output has to think of control
//! characters, of text that reverses the reading direction, or of the commands of a CI runner.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

/// The longest text that is kept, in bytes; what is beyond is cut and marked with `…`.
pub const LONGEST: usize = 64 * 1024;

/// One line of harmless text.
///
/// White space with a line break in it is one space; every other control character, every
/// character that is invisible or changes the direction of writing is shown as `\u{…}`; what a CI
/// runner would take for a command (`::error`, `##[…]`, `##vso[…]`) is broken visibly. Ordinary
/// letters of every script stay as they are.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Arc<str>);

impl Text {
    /// Makes `raw` harmless. Text that is harmless already is not changed.
    #[must_use]
    pub fn new(raw: &str) -> Self {
        Self(Arc::from(clean(raw).as_str()))
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Words that a CI runner reads as a command wherever they stand in a line.
const COMMANDS: [&str; 6] = ["##[", "##vso[", "##teamcity[", "section_start:", "section_end:", "travis_fold:"];

fn clean(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len().min(LONGEST));
    let mut rest = raw.trim_matches(|c: char| c.is_ascii_whitespace());
    while let Some(c) = rest.chars().next() {
        if out.len() >= LONGEST {
            out.push('…');
            break;
        }
        let mut taken = c.len_utf8();
        match c {
            '\n' | '\t' => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
                let after = rest.trim_start_matches(['\n', '\t', ' ', '\r']);
                taken = rest.len() - after.len();
            }
            '\r' if rest.starts_with("\r\n") => {}
            ':' if rest.starts_with("::") && (out.is_empty() || out.ends_with(' ')) => {
                out.push_str(":\\u{3a}");
                taken = 2;
            }
            '+' | '-' | '^' | '~' if out.is_empty() && is_group_mark(rest) => escape(c, &mut out),
            '#' | 's' | 't' if COMMANDS.iter().any(|w| rest.starts_with(w)) => escape(c, &mut out),
            _ if is_harmful(c) => escape(c, &mut out),
            _ => out.push(c),
        }
        rest = rest.split_at(taken).1;
    }
    out
}

/// What was drawn of the user's own file, with the colours it was drawn in: of it, only what hides or commands is
/// shown as in [`Text`].
pub(crate) fn sieve(drawn: &str) -> String {
    let mut out = String::with_capacity(drawn.len());
    for (at, c) in drawn.char_indices() {
        let rest = drawn.get(at..).unwrap_or_default();
        let colour = c == '\u{1b}' && rest.starts_with("\u{1b}[");
        if COMMANDS.iter().any(|w| rest.starts_with(w)) || is_harmful(c) && c != '\n' && !colour {
            escape(c, &mut out);
        } else {
            out.push(c);
        }
    }
    out
}

/// Buildkite opens a group at a line that begins so.
fn is_group_mark(rest: &str) -> bool {
    ["+++", "---", "^^^", "~~~"].iter().any(|w| rest.starts_with(w))
}

fn escape(c: char, out: &mut String) {
    out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
}

/// Control characters, separators of lines, the Bidi_Control and Default_Ignorable_Code_Point
/// properties, and noncharacters (Unicode 16, `DerivedCoreProperties.txt` and `PropList.txt`).
fn is_harmful(c: char) -> bool {
    let n = u32::from(c);
    c.is_control()
        || matches!(n, 0x2028 | 0x2029)
        || matches!(n, 0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x3164 | 0xFEFF | 0xFFA0)
        || matches!(n, 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F)
        || matches!(n, 0xFE00..=0xFE0F | 0xFFF0..=0xFFF8 | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
        || matches!(n, 0xFDD0..=0xFDEF)
        || n & 0xFFFE == 0xFFFE
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl schemars::JsonSchema for Text {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "text".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }
}

impl Default for Text {
    fn default() -> Self {
        Self(Arc::from(""))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<&str> for Text {
    fn from(raw: &str) -> Self {
        Self::new(raw)
    }
}

impl From<String> for Text {
    fn from(raw: String) -> Self {
        Self::new(&raw)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E>(self, v: &str) -> Result<Text, E> {
                Ok(Text::new(v))
            }
        }
        deserializer.deserialize_str(Any)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn commands_and_controls_become_visible() {
        for (raw, seen) in [
            ("::error::x", r":\u{3a}error::x"),
            ("a ::stop-commands::t", r"a :\u{3a}stop-commands::t"),
            ("std::fmt", "std::fmt"),
            ("x\r::error::", r"x\u{d}::error::"),
            ("a\r\nb", "a b"),
            ("##vso[task.complete]", r"\u{23}#vso[task.complete]"),
            ("b ##[error]", r"b \u{23}#[error]"),
            ("\u{1b}[31mred", r"\u{1b}[31mred"),
            ("a\u{202e}b", r"a\u{202e}b"),
            ("שלום, 世界, é", "שלום, 世界, é"),
            ("  two\n  lines ", "two lines"),
            ("--- group", r"\u{2d}-- group"),
        ] {
            assert_eq!(Text::new(raw).as_str(), seen, "{raw:?}");
        }
    }

    proptest! {
        #[test]
        fn cleaning_twice_is_cleaning_once(raw in any::<String>()) {
            let once = Text::new(&raw);
            prop_assert_eq!(Text::new(&once), once.clone());
            prop_assert!(!once.chars().any(is_harmful));
            let starts = once.starts_with("::");
            prop_assert!(!starts && !once.contains("##["));
        }
    }

    #[test]
    fn a_long_text_is_cut_and_marked() {
        let text = Text::new(&"é".repeat(LONGEST));
        assert!(text.len() < LONGEST + 8 && text.ends_with('…'));
    }
}
