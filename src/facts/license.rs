//! Licences of packages, as SPDX expressions (SPDX 2.3, annex D; list of the `spdx` crate).

use std::collections::{BTreeMap, BTreeSet};

use spdx::identifiers::LICENSES;
use spdx::{Expression, ParseMode};

use crate::text::Text;

/// A package and the licence it declares.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LicensedPackage {
    /// Name.
    pub name: Text,
    /// Version, where it is stated.
    pub version: Option<Text>,
    /// What it declares.
    pub declared: Declared,
}

/// What a package declares as its licence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Declared {
    /// Nothing, or only a file.
    Nothing,
    /// A text, which may be an SPDX expression.
    Words(Text),
}

impl Declared {
    /// What a list of licences declares where nobody says what the list means: that all of them hold.
    ///
    /// Words that are no expression by themselves make none together (`GPL-3.0) OR (MIT`): then all stay words.
    #[must_use]
    pub fn all_of(list: impl IntoIterator<Item = Text>) -> Self {
        let mut distinct = BTreeSet::new();
        let list: Vec<Text> = list.into_iter().filter(|words| distinct.insert(words.clone())).collect();
        match list.as_slice() {
            [] => Self::Nothing,
            [one] => Self::Words(one.clone()),
            many if many.iter().all(|words| parse_expression(words).is_some()) => {
                Self::Words(Text::new(&many.iter().map(|words| operand(words)).collect::<Vec<_>>().join(" AND ")))
            }
            many => Self::Words(Text::new(&many.join("; "))),
        }
    }
}

/// An expression as it may stand beside an `AND`.
fn operand(words: &str) -> String {
    let words = words.replace('/', " OR ");
    let is_choice = words.split([' ', '(', ')']).any(|word| word.eq_ignore_ascii_case("or"));
    if is_choice { format!("({words})") } else { words }
}

/// The licences that one report lists.
#[derive(Debug, Clone, Default)]
pub struct Licenses {
    /// The packages, workspace members among them.
    pub packages: Vec<LicensedPackage>,
    /// The tool that listed them.
    pub tool: Text,
}

impl Licenses {
    /// How many packages declare each expression, by the words of the report with `/` as `OR`; and
    /// how many declare none that can be read.
    #[must_use]
    pub fn tally(&self) -> (BTreeMap<Text, u64>, u64) {
        let mut known: BTreeMap<&Text, Option<Text>> = BTreeMap::new();
        let mut tally = BTreeMap::new();
        let mut unlicensed = 0;
        for package in &self.packages {
            let words = match &package.declared {
                Declared::Nothing => None,
                Declared::Words(words) => known
                    .entry(words)
                    .or_insert_with(|| parse_expression(words).map(|_| Text::new(&words.replace('/', " OR "))))
                    .clone(),
            };
            match words {
                Some(words) => *tally.entry(words).or_default() += 1,
                None => unlicensed += 1,
            }
        }
        (tally, unlicensed)
    }
}

/// Reads a licence expression strictly, after putting right what is harmless: the case of ids,
/// operators in lower case, cargo's old `/` between ids, and the deprecated GNU ids (`GPL-2.0` is
/// `GPL-2.0-only`, `GPL-2.0+` is `GPL-2.0-or-later`). `None` for everything else: free text,
/// `NOASSERTION`, `NONE`, a slash mixed with `AND`, nothing at all.
#[must_use]
pub fn parse_expression(raw: &str) -> Option<Expression> {
    let words = normal_words(raw)?;
    let mode = ParseMode { allow_deprecated: true, ..ParseMode::STRICT };
    let expression = Expression::parse_mode(&words, mode).ok()?;
    let asserted = expression.requirements().all(|r| r.req.license.id().is_none_or(|id| id.name != "NOASSERTION"));
    asserted.then_some(expression)
}

fn normal_words(raw: &str) -> Option<String> {
    let slashed = raw.contains('/');
    let spaced = raw.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut out = Vec::new();
    for word in spaced.split(' ').filter(|w| !w.is_empty()) {
        out.push(match word {
            "(" | ")" => word.to_owned(),
            "AND" | "and" if slashed => return None,
            "AND" | "and" => "AND".to_owned(),
            "OR" | "or" => "OR".to_owned(),
            "WITH" | "with" => "WITH".to_owned(),
            _ => normal_id(word),
        });
    }
    (!out.is_empty()).then(|| out.join(" "))
}

/// An id in the spelling of the SPDX list, where it is in the list.
fn normal_id(word: &str) -> String {
    let (bare, plus) = word.strip_suffix('+').map_or((word, false), |b| (b, true));
    let listed = LICENSES.iter().find(|l| l.name.eq_ignore_ascii_case(bare)).map(|l| l.name);
    let Some(name) = listed else {
        return exception(word).unwrap_or(word).to_owned();
    };
    let gnu = spdx::gnu_license_id(name, plus).filter(|id| id.is_gnu() && id.name != name);
    match (gnu, plus) {
        (Some(id), _) => id.name.to_owned(),
        (None, true) => format!("{name}+"),
        (None, false) => name.to_owned(),
    }
}

fn exception(word: &str) -> Option<&'static str> {
    spdx::identifiers::EXCEPTIONS.iter().find(|e| e.name.eq_ignore_ascii_case(word)).map(|e| e.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_strictly_after_harmless_repairs() {
        for (raw, words) in [
            ("MIT", Some("MIT")),
            ("mit or apache-2.0", Some("MIT OR Apache-2.0")),
            ("MIT/Apache-2.0", Some("MIT OR Apache-2.0")),
            ("MIT / Apache-2.0", Some("MIT OR Apache-2.0")),
            ("GPL-2.0", Some("GPL-2.0-only")),
            ("GPL-2.0+", Some("GPL-2.0-or-later")),
            ("AGPL-1.0", Some("AGPL-1.0-only")),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", Some("( MIT OR Apache-2.0 ) AND Unicode-3.0")),
            ("Apache-2.0 WITH LLVM-exception", Some("Apache-2.0 WITH LLVM-exception")),
            ("LicenseRef-own", Some("LicenseRef-own")),
            ("MIT/Apache-2.0 AND ISC", None),
            ("", None),
            ("NOASSERTION", None),
            ("noassertion", None),
            ("MIT OR NOASSERTION", None),
            ("NONE", None),
            ("UNLICENSED", None),
            ("MIT License", None),
            ("GPLv3", None),
            ("BSD", None),
            ("MIT Or Apache-2.0", None),
            ("МIT", None),
            ("MIT\u{0}", None),
            ("MIT OR", None),
            ("(MIT", None),
        ] {
            assert_eq!(parse_expression(raw).map(|e| e.to_string()).as_deref(), words, "{raw}");
        }
    }

    #[test]
    fn of_a_list_every_licence_must_be_allowed() {
        for (list, words, read) in [
            (&["MIT"][..], "MIT", true),
            (&["MIT", "MIT"], "MIT", true),
            (&["MIT", "GPL-3.0-only"], "MIT AND GPL-3.0-only", true),
            (&["MIT OR GPL-3.0-only", "ISC"], "(MIT OR GPL-3.0-only) AND ISC", true),
            (&["MIT/Apache-2.0", "ISC"], "(MIT OR Apache-2.0) AND ISC", true),
            (&["MIT", "BSD License"], "MIT; BSD License", false),
            (&["GPL-3.0-only) OR (MIT", "ISC"], "GPL-3.0-only) OR (MIT; ISC", false),
            (&["GPL-3.0-only OR", "MIT"], "GPL-3.0-only OR; MIT", false),
            (&["MIT", ""], "MIT;", false),
            (&["MIT", "NOASSERTION"], "MIT; NOASSERTION", false),
            (&["", "MIT"], "; MIT", false),
            (&["UNKNOWN"], "UNKNOWN", false),
        ] {
            let Declared::Words(seen) = Declared::all_of(list.iter().map(|w| Text::new(w))) else { panic!("{list:?}") };
            assert_eq!((&*seen, parse_expression(&seen).is_some()), (words, read), "{list:?}");
        }
        assert_eq!(Declared::all_of([]), Declared::Nothing);
    }
}
