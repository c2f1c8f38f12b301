//! The fingerprints of a result that tell it from others from run to run.
//!
//! By the standard each of `fingerprints` (3.27.16) is a stable identity by itself, whatever its name: Semgrep's
//! `matchBasedId/v1`, flawfinder's `contextHash/v1`. What stands in `partialFingerprints` (3.27.17) only adds to one:
//! gitleaks writes the author of a commit there, CodeQL a column. Of those the names are read that their producers
//! themselves compare runs by: `primaryLocationLineHash` (GitHub code scanning), `equalIndicator` (Qodana),
//! `contextRegionHash` (ReSharper), `signature` (detekt).

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::bag::{Bag, Loose};
use crate::facts::{MOST_FINGERPRINTS, few_fingerprints, fingerprint};
use crate::text::Text;

/// The names among `partialFingerprints` that runs are compared by.
pub(super) const PARTIAL: [&str; 6] = [
    "primaryLocationLineHash",
    "primaryLocationLineHash/v1",
    "equalIndicator/v1",
    "equalIndicator/v2",
    "contextRegionHash/v1",
    "signature/v1",
];

/// `fingerprints`, as aliases.
#[derive(Default)]
pub(super) struct Prints(Vec<Text>);

/// All fingerprints of a result, as aliases of the finding.
pub(super) fn prints(whole: Option<Prints>, partial: Option<&Bag>) -> Vec<Text> {
    let partial =
        partial.into_iter().flat_map(|bag| PARTIAL.iter().filter_map(|name| fingerprint(name, bag.get(name)?)));
    few_fingerprints(whole.unwrap_or_default().0.into_iter().chain(partial))
}

impl<'de> Deserialize<'de> for Prints {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Prints;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of fingerprints")
            }

            /// PHP writes an empty object as `[]`.
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Prints, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Prints::default())
            }

            fn visit_unit<E>(self) -> Result<Prints, E> {
                Ok(Prints::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Prints, A::Error> {
                let mut prints = Prints::default();
                while let Some((name, value)) = map.next_entry::<String, Loose>()? {
                    if let [value] = value.0.as_slice()
                        && prints.0.len() < 2 * MOST_FINGERPRINTS
                    {
                        prints.0.extend(fingerprint(&name, value));
                    }
                }
                Ok(prints)
            }
        }
        deserializer.deserialize_any(Any)
    }
}
