//! What is said of the checks of `[dependencies]`.

use crate::gates::{Measure, trend};

pub(super) const RULES: &str = "\
    Distinct packages and versions over all reports that speak of it; an advisory under several names counts once. If no \
    report speaks of it the check is an error where it could fail, and a warning where it could warn: not measured is not \
    none. Each key is `allow`, `warn` or `fail`.";

const RUSTSEC: (&str, &str) = ("RustSec", "https://rustsec.org/");
const DENY: (&str, &str) = ("cargo-deny", "https://embarkstudios.github.io/cargo-deny/");

pub(super) const MEASURES: &[Measure] = &[
    Measure {
        name: "vulnerable",
        what: "Packages with a known vulnerability.",
        why: "Whatever its severity, somebody wrote down how to use it.",
        how: "Packages of which an advisory of any severity is reported, counted by advisory, package and version.",
        fix: "update them to a version that mends it",
        example: "[dependencies]\nvulnerable = \"fail\"\n",
        links: &[RUSTSEC, ("npm audit", "https://docs.npmjs.com/cli/commands/npm-audit")],
    },
    Measure {
        name: "unmaintained",
        what: "Packages that nobody maintains.",
        why: "The next vulnerability in one will not be mended by anybody but you.",
        how: "Packages that an advisory database calls unmaintained (RustSec `informational = \"unmaintained\"`).",
        fix: "move to the successor that the advisory names",
        example: "[dependencies]\nunmaintained = \"warn\"\n",
        links: &[RUSTSEC],
    },
    Measure {
        name: "unsound",
        what: "Packages that break a promise of memory safety.",
        why: "Safe code that uses one can corrupt memory; it is a vulnerability that waits for its use.",
        how: "Packages that an advisory database calls unsound (RustSec `informational = \"unsound\"`).",
        fix: "update them, or move to another package",
        example: "[dependencies]\nunsound = \"warn\"\n",
        links: &[RUSTSEC],
    },
    Measure {
        name: "yanked",
        what: "Versions that their author withdrew.",
        why: "Its author found something wrong with it; a build from scratch may not even find it.",
        how: "Packages that cargo-audit or cargo-deny found withdrawn in the registry's index. Waived by the id `yanked` with \
              `package` and `version`.",
        fix: "update: `cargo update -p NAME`",
        example: "[dependencies]\nyanked = \"warn\"\n",
        links: &[("cargo yank", "https://doc.rust-lang.org/cargo/commands/cargo-yank.html"), DENY],
    },
    Measure {
        name: "notice",
        what: "Other notices of an advisory database.",
        why: "Not a fault, but something its authors wanted every user to read.",
        how: "Advisories that are informational and neither unmaintained nor unsound (RustSec `informational = \"notice\"`).",
        fix: "read the advisory",
        example: "[dependencies]\nnotice = \"warn\"\n",
        links: &[RUSTSEC],
    },
    Measure {
        name: "outdated",
        what: "Packages with a newer version.",
        why: "A small update each week is cheap; a security update over two years of changes is not.",
        how: "Packages for which cargo-outdated names a newer version.",
        fix: "update them: `cargo update`, or raise the requirement",
        example: "[dependencies]\noutdated = \"warn\"\n",
        links: &[("cargo-outdated", "https://github.com/kbknapp/cargo-outdated")],
    },
    Measure {
        name: "banned",
        what: "Packages that the policy of cargo-deny bans.",
        why: "Somebody decided that this package or feature may not come in; the gate holds to it.",
        how: "What cargo-deny's `bans` check reports as an error or a warning, but several versions of one package.",
        fix: "remove them, or change deny.toml",
        example: "[dependencies]\nbanned = \"fail\"\n",
        links: &[DENY],
    },
    Measure {
        name: "duplicate",
        what: "Packages that are there in several versions.",
        why: "Each version is built, shipped and has to be updated by itself; types of one do not fit the other.",
        how: "What cargo-deny reports as duplicate, a package each; what deny.toml skips it does not report.",
        fix: "bring their users to one version: `cargo tree -d`",
        example: "[dependencies]\nduplicate = \"warn\"\n",
        links: &[("cargo tree", "https://doc.rust-lang.org/cargo/commands/cargo-tree.html"), DENY],
    },
    Measure {
        name: "source",
        what: "Packages from a source that is not allowed.",
        why: "A package from an unknown registry or a branch of somebody's repository can change under you.",
        how: "What cargo-deny's `sources` check reports: registries and repositories that deny.toml does not allow.",
        fix: "take them from an allowed registry",
        example: "[dependencies]\nsource = \"fail\"\n",
        links: &[DENY],
    },
    Measure {
        name: "trend",
        what: "Packages of each kind against the baseline, a check for each kind that a report speaks of and the policy \
               does not allow.",
        why: "Old debt stays visible and does not block; a further package of its kind does.",
        how: trend::how!("Each kind by itself."),
        fix: trend::FIX,
        example: "[dependencies]\ntrend = \"improving\"\n\n[baseline]\npath = \"baseline.json\"\n",
        links: &[DENY],
    },
];
