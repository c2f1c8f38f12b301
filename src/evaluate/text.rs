//! What is said of the checks that belong to no gate.

use crate::gates::{FORMATS_PAGE, LOOSENING_PAGE, Measure, README_PAGE};

/// A family of checks that belongs to no gate.
pub struct Family {
    /// The first part of their ids.
    pub name: &'static str,
    /// What they are about, in one line.
    pub about: &'static str,
    /// The checks.
    pub measures: &'static [Measure],
    /// What holds of all of them.
    pub rules: &'static str,
}

/// The families of checks that belong to no gate.
pub const FAMILIES: &[Family] = &[
    Family {
        name: "evidence",
        about: "the reports themselves: present, readable, fresh, of a run that succeeded",
        measures: EVIDENCE,
        rules: "A file that was named and is no report is an error; one that lies in a folder and is none is listed as ignored. \
                Byte-identical reports of one name count once. What a report that cannot be counted on holds still counts \
                against the gate.",
    },
    Family {
        name: "policy",
        about: "the policy itself, where the change is judged by that of its base too",
        measures: POLICY,
        rules: "There is such a check only with `check --policy-base REV|FILE.toml`. Every other check ends as the stricter of \
                the two policies has it, and says so.",
    },
    Family {
        name: "waivers",
        about: "the exceptions of the policy: dated, reasoned, owned",
        measures: WAIVERS,
        rules: "A waiver names one id, or an alias of it, and never a pattern. It takes findings out of the count and leaves them \
                in the report. Where the policy has no waiver there is no such check.",
    },
];

const LINKS: &[(&str, &str)] = &[("waivers", README_PAGE)];

const EVIDENCE: &[Measure] = &[Measure {
    name: "*",
    what: "Evidence is present, readable, fresh, and of a run that its tool calls successful.",
    why: "No evidence is never a pass: without this check, the surest way through a gate would be to lose the report.",
    how: "One check for each name of the policy's [evidence.*] or of NAME=PATH, and `evidence.unnamed` for all other reports. \
          It is an error where a file is missing, is not recognised, contradicts itself or is cut off, is older than `max-age`, \
          states another commit, or where its tool says that its run failed. Age is the report's own time if it states one, else \
          the file's, which is a warning.",
    fix: "write the report again; `portcullis inspect PATH` shows how it is read",
    example: "[evidence.unit]\npath = \"coverage/unit.xml\"\nformat = \"cobertura\"\nmax-age = \"24h\"\n\n[evidence.bench]\n\
              path = \"bench.json\"\nformat = \"hyperfine\"\noptional = true\n\n[coverage]\nlines = 80\n",
    links: &[("formats and their tools", FORMATS_PAGE)],
}];

const POLICY: &[Measure] = &[Measure {
    name: "base",
    what: "What the change's policy loosens of the one in force at its base.",
    why: "Whoever may change the policy in a pull request could otherwise open the gate that judges it.",
    how: "The policy of the revision is read from git by the name that it has there: a link, another file that is found first, \
          or a looser layer below do not stand in for it. It judges too; a loosening is listed and warns. Where the base holds \
          no policy the change brings the first one, is judged by it alone, and that warns.",
    fix: "let the owners of the policy look at what is listed; it holds once it is merged",
    example: "extends = [\"builtin:strict\"]\nfinal = [\"security\"]\n",
    links: &[("what loosens a policy", LOOSENING_PAGE)],
}];

const WAIVER: &str = "[[waiver]]\nid = \"RUSTSEC-2023-0071\"\npackage = \"rsa\"\nreason = \"no fixed release; not reachable from outside\"\n\
     owner = \"@security\"\ncreated = 2026-11-20\nexpires = 2027-02-28\n\n[security]\ncritical = 0\nhigh = 0\n";

const WAIVERS: &[Measure] = &[
    Measure {
        name: "expired",
        what: "Waivers whose last day is over.",
        why: "An exception without an end is a change of the rules that nobody decided.",
        how: "A waiver holds through its `expires` day in UTC. After it, it has no effect, what it waived counts again, and this \
              check warns.",
        fix: "mend what it waived, or renew it with a reason",
        example: WAIVER,
        links: LINKS,
    },
    Measure {
        name: "expiring",
        what: "Waivers in use that end soon.",
        why: "The day after its end the gate is shut; better to hear of it two weeks before.",
        how: "Waivers that took something out of the count in this run and end within `warn-days` (14 unless the policy says \
              otherwise). It only warns.",
        fix: "mend what it waives before it ends; `portcullis waivers --within 30` lists what comes next",
        example: "[waivers]\nwarn-days = 14\n\n[security]\ncritical = 0\nhigh = 0\n",
        links: LINKS,
    },
    Measure {
        name: "horizon",
        what: "Waivers that reach further than the policy allows.",
        why: "Who may waive for a year waives for ever.",
        how: "A waiver that ends more than `max-days` (180 unless the policy says otherwise) after its `created` day, or after today \
              where it names none, or that was created in the future, has no effect, and this check fails.",
        fix: "end it within `waivers.max-days` of its `created` day; it can be renewed then",
        example: "[waivers]\nmax-days = 180\n\n[security]\ncritical = 0\nhigh = 0\n",
        links: LINKS,
    },
    Measure {
        name: "unused",
        what: "Waivers that waive nothing any more.",
        why: "What it waived is gone; left in place it would let the same thing in again, unseen.",
        how: "Waivers in force that matched nothing in this run, only if all evidence that they speak of was read and could be \
              counted on, and not under --only. `unused` is allow, warn or fail.",
        fix: "delete it: the history of the policy keeps why it was there",
        example: "[waivers]\nunused = \"fail\"\n\n[security]\ncritical = 0\nhigh = 0\n",
        links: LINKS,
    },
];
