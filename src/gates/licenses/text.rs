//! What is said of the checks of `[licenses]`.

use crate::gates::Measure;

const FIX: &str = "replace the packages below, or take their licence up with whoever decides; a package of its own can be \
                   let through by `exceptions`";

pub(super) const RULES: &str = "\
    A package that two tools list counts once, by name, version and what it declares; members of the workspace count like \
    any other. An exception names one package, and stands over both lists. A waiver names the licence or the whole \
    expression, with `package`.";

const LINKS: &[(&str, &str)] = &[
    ("SPDX licence list", "https://spdx.org/licenses/"),
    ("cargo-license", "https://github.com/onur/cargo-license"),
    ("cargo metadata", "https://doc.rust-lang.org/cargo/commands/cargo-metadata.html"),
    ("CycloneDX", "https://cyclonedx.org/specification/overview/"),
];

pub(super) const MEASURES: &[Measure] = &[
    Measure {
        name: "denied",
        what: "Packages that cannot be used without a denied licence.",
        why: "Some licences bind the whole program that includes them; to find out after a release is expensive.",
        how: "The SPDX expression is evaluated: of OR one branch must do, of AND all. A denied licence never does; \
              `GPL-3.0` denies GPL-3.0-only and GPL-3.0-or-later, with any exception.",
        fix: FIX,
        example: "[licenses]\nallow = [\"MIT\", \"Apache-2.0\"]\ndeny = [\"GPL-3.0\", \"AGPL-3.0\"]\n",
        links: LINKS,
    },
    Measure {
        name: "unlisted",
        what: "Packages that need a licence which is in neither list.",
        why: "A licence that nobody has looked at is a decision that nobody has taken.",
        how: "As for `denied`, with only the allowed licences doing; a licence WITH an exception must stand in the \
              list with it.",
        fix: FIX,
        example: "[licenses]\nallow = [\"MIT\", \"Apache-2.0\", \"Apache-2.0 WITH LLVM-exception\"]\nunlisted = \"fail\"\n",
        links: LINKS,
    },
    Measure {
        name: "unlicensed",
        what: "Packages whose licence is missing or no SPDX expression.",
        why: "Without a licence nobody but its author may use it.",
        how: "Missing, NOASSERTION, NONE, free text, or a licence file only. Nothing is guessed.",
        fix: "look the licence up and name it in `exceptions`, or ask the authors to declare it",
        example: "[licenses]\nallow = [\"MIT\"]\nunlicensed = \"fail\"\nexceptions = [\n  \
                  { package = \"ring\", allow = [\"OpenSSL\"], reason = \"its LICENSE file, read on 2026-11-20\" },\n]\n",
        links: LINKS,
    },
];
