//! The folders that the paths of a run are relative to, 3.14.14 (`originalUriBaseIds`).
//!
//! A folder that is stated relative to another (`SRC` is `src/` below `%SRCROOT%`) stands before the paths that name it.
//! Where the outermost one lay on the machine of the tool says nothing here: relative paths stay relative, and
//! absolute ones below the root of the sources are made so. Trivy states `file:///` as its root, which is none.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::model::ArtifactLocation;
use crate::facts::{is_absolute_path, path_of_uri};

/// How many are read.
const MOST: usize = 1_000;
/// How many are relative to one another, at most.
const DEEPEST: usize = 8;

/// What is stated of them.
#[derive(Default)]
pub(super) struct Bases {
    by_id: BTreeMap<String, ArtifactLocation>,
    root: Option<String>,
}

/// Whether an id stands for the root of the sources, and so adds nothing to a relative path.
pub(super) fn is_root(id: &str) -> bool {
    id.trim_matches('%').eq_ignore_ascii_case("SRCROOT")
}

impl Bases {
    fn settle(mut self) -> Self {
        let stated = self.by_id.iter().filter(|(id, _)| is_root(id)).find_map(|(_, at)| at.uri.as_deref());
        let path = stated.map(|uri| path_of_uri(uri).trim_end_matches('/').to_owned());
        self.root = path.filter(|p| is_absolute_path(p) && p.len() > "C:/".len());
        self
    }

    /// The path below the root of the sources, as far as that is stated; `base` names the folder of a relative one.
    pub(super) fn place(&self, path: &str, base: Option<&str>) -> String {
        if is_absolute_path(path) {
            let below = self.root.as_deref().and_then(|root| path.strip_prefix(root)?.strip_prefix('/'));
            return below.unwrap_or(path).to_owned();
        }
        let (mut path, mut next) = (path.to_owned(), base);
        for _ in 0..DEEPEST {
            let Some(at) = next.and_then(|id| self.by_id.get(id)) else { break };
            let folder = at.uri.as_deref().map(path_of_uri).unwrap_or_default();
            if is_absolute_path(&folder) {
                break;
            }
            let folder = folder.trim_end_matches('/');
            if !folder.is_empty() && folder != "." {
                path = format!("{folder}/{path}");
            }
            next = at.uri_base_id.as_deref();
        }
        path
    }
}

impl<'de> Deserialize<'de> for Bases {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Bases;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of folders")
            }

            /// PHP writes an empty object as `[]`.
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Bases, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Bases::default())
            }

            fn visit_unit<E>(self) -> Result<Bases, E> {
                Ok(Bases::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Bases, A::Error> {
                let mut bases = Bases::default();
                while let Some((id, at)) = map.next_entry::<String, ArtifactLocation>()? {
                    if bases.by_id.len() < MOST {
                        bases.by_id.insert(id, at);
                    }
                }
                Ok(bases.settle())
            }
        }
        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_placed_below_the_root_as_far_as_that_is_stated() {
        let bases: Bases = serde_json::from_str(
            r#"{"%SRCROOT%":{"uri":"file:///home/runner/work/x/x/"},"SRC":{"uri":"src/","uriBaseId":"%SRCROOT%"},
                "DEEP":{"uri":"a%20b","uriBaseId":"SRC"},"ROUND":{"uri":"r","uriBaseId":"ROUND"},"NONE":{},
                "TOOL":{"uri":"file:///opt/tool/"}}"#,
        )
        .unwrap();
        for (path, base, placed) in [
            ("a.rs", None, "a.rs"),
            ("a.rs", Some("%SRCROOT%"), "a.rs"),
            ("a.rs", Some("SRC"), "src/a.rs"),
            ("a.rs", Some("DEEP"), "src/a b/a.rs"),
            ("a.rs", Some("TOOL"), "a.rs"),
            ("a.rs", Some("NONE"), "a.rs"),
            ("a.rs", Some("unknown"), "a.rs"),
            ("a.rs", Some("ROUND"), "r/r/r/r/r/r/r/r/a.rs"),
            ("/home/runner/work/x/x/src/a.rs", None, "src/a.rs"),
            ("/home/runner/work/x/x/src/a.rs", Some("SRC"), "src/a.rs"),
            ("/home/runner/work/x/xy/a.rs", None, "/home/runner/work/x/xy/a.rs"),
            ("/etc/passwd", Some("SRC"), "/etc/passwd"),
        ] {
            assert_eq!(bases.place(path, base), placed, "{path} {base:?}");
        }
        for text in [r#"{"ROOTPATH":{"uri":"file:///"}}"#, r#"{"%SRCROOT%":{"uri":"file:///"}}"#, "[]", "null"] {
            let bases: Bases = serde_json::from_str(text).unwrap();
            assert_eq!(bases.place("/w/a.rs", None), "/w/a.rs", "{text}");
            assert_eq!(bases.place("w/a.rs", Some("ROOTPATH")), "w/a.rs", "{text}");
        }
    }
}
