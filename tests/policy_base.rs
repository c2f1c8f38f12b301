//! `check --policy-base`: a change does not judge itself by the policy that it brings.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/repo.rs"]
mod repo;
#[path = "common/tiny.rs"]
mod tiny;

use common::{NOW, Ran};
use portcullis::verdict::{Check, Status, Verdict};
use repo::Repo;
use tiny::cobertura;

/// 8 of 10 lines are covered.
const STRICT: &str = "version = 1\n[evidence.unit]\npath = \"unit.xml\"\n[coverage]\nlines = 85\n";

fn report() -> String {
    cobertura(&[("a.rs", &[1, 1, 1, 1, 1, 1, 1, 1, 0, 0])])
}

fn repo(files: &[(&str, &str)]) -> Repo {
    let all: Vec<(&str, &str)> = files.iter().copied().chain([(".gitignore", "unit.xml\nverdict.json\n")]).collect();
    let repo = Repo::new(&all);
    repo.write("unit.xml", &report());
    repo
}

fn judge(repo: &Repo, args: &[&str]) -> (Ran, Option<Verdict>) {
    let all: Vec<&str> = ["check", "-f", "json", "--now", NOW].into_iter().chain(args.iter().copied()).collect();
    let ran = repo.0.run(&all);
    let verdict = serde_json::from_str(&ran.out).ok();
    (ran, verdict)
}

/// The verdict of a run that judged, its exit code and its check on the policy.
fn judged(repo: &Repo, args: &[&str]) -> (Verdict, Check) {
    let (ran, verdict) = judge(repo, args);
    let verdict = verdict.unwrap_or_else(|| panic!("{ran:?}"));
    assert_eq!(ran.code, Some(i32::from(verdict.exit_code)));
    let check = common::check(&verdict, "policy.base").clone();
    for status in [Status::Pass, Status::Warn, Status::Fail, Status::Error, Status::Skipped] {
        let counts = verdict.counts;
        let said = match status {
            Status::Pass => counts.pass,
            Status::Warn => counts.warn,
            Status::Fail => counts.fail,
            Status::Error => counts.error,
            Status::Skipped => counts.skipped,
        };
        assert_eq!(u64::try_from(common::ids(&verdict, status).len()).unwrap(), said, "{status:?}");
    }
    (verdict, check)
}

const BASE: &[&str] = &["--policy-base", "main"];

#[test]
fn a_change_that_lowers_its_own_threshold_is_judged_by_the_base() {
    let repo = repo(&[("portcullis.toml", STRICT)]);
    repo.write("portcullis.toml", &STRICT.replace("85", "70"));
    repo.commit();
    assert_eq!(judge(&repo, &[]).0.code, Some(0), "by its own policy it passes");
    let (verdict, policy) = judged(&repo, BASE);
    let lines = common::check(&verdict, "coverage.lines");
    assert_eq!((verdict.exit_code, lines.status), (1, Status::Fail));
    assert!(lines.message.ends_with("(by the policy of main)"), "{}", lines.message);
    assert_eq!(lines.policy_source.as_ref().map(|s| s.path.to_string()).as_deref(), Some("main:portcullis.toml"));
    assert_eq!(policy.status, Status::Warn);
    let listed = &policy.violations[0];
    assert_eq!((&*listed.id, &*listed.message, policy.violations_total), ("coverage.lines", "85 -> 70", 1));
    assert_eq!(listed.location.as_ref().and_then(|l| l.line), Some(5));
    // The verdict is that of the change's policy file, whose digest says so.
    assert_eq!(&*verdict.policy.path, "portcullis.toml");
}

#[test]
fn what_the_change_tightens_holds_at_once() {
    let repo = repo(&[("portcullis.toml", &STRICT.replace("85", "70"))]);
    repo.write("portcullis.toml", STRICT);
    repo.commit();
    let (verdict, policy) = judged(&repo, BASE);
    assert_eq!((verdict.exit_code, policy.status), (1, Status::Pass), "{}", policy.message);
    assert_eq!(&*common::check(&verdict, "coverage.lines").message, "80 % of lines (8 of 10), 85 % required");
}

#[test]
fn an_untouched_policy_is_judged_once_and_says_so() {
    let repo = repo(&[("portcullis.toml", STRICT)]);
    let (verdict, policy) = judged(&repo, BASE);
    assert_eq!((verdict.exit_code, &*policy.message), (1, "the policy is that of main"));
    assert_eq!(verdict.checks.iter().filter(|c| &*c.id == "coverage.lines").count(), 1);
}

/// Each a way to take the base's policy out of the way, and what stands there instead.
#[test]
fn no_way_around_the_base() {
    let loose = STRICT.replace("85", "1");
    // Another file that is found first, or alone.
    for (gone, found) in [(true, ".portcullis.toml"), (true, ".config/portcullis.toml"), (false, "sub/portcullis.toml")]
    {
        let repo = repo(&[("portcullis.toml", STRICT), ("sub/x", "")]);
        if gone {
            repo.git(&["rm", "--quiet", "portcullis.toml"]);
        }
        repo.write(found, &loose);
        repo.write("sub/unit.xml", &report());
        repo.commit();
        let (folder, args) = if gone { (".", vec![]) } else { ("sub", vec!["--root", "."]) };
        let mut all = vec!["check", "-f", "json", "--now", NOW, "--policy-base", "main"];
        all.extend(args);
        let ran = common::portcullis(&repo.path().join(folder)).args(&all).output().unwrap();
        assert_eq!(ran.status.code(), Some(1), "{found}: {}", String::from_utf8_lossy(&ran.stderr));
    }
    // A link in its place, to a file that the base does not know.
    #[cfg(unix)]
    for named in [None, Some("portcullis.toml"), Some("./sub/../portcullis.toml")] {
        let repo = repo(&[("portcullis.toml", STRICT), ("sub/x", "")]);
        repo.git(&["rm", "--quiet", "portcullis.toml"]);
        repo.write("evil.toml", &loose);
        std::os::unix::fs::symlink("evil.toml", repo.path().join("portcullis.toml")).unwrap();
        repo.commit();
        let args: Vec<&str> = BASE.iter().copied().chain(named.iter().flat_map(|n| ["--policy", n])).collect();
        let (verdict, policy) = judged(&repo, &args);
        assert_eq!((verdict.exit_code, policy.status), (1, Status::Warn), "{named:?} {}", policy.message);
    }
    // A file that is called like the branch.
    let repo = repo(&[("portcullis.toml", STRICT)]);
    repo.write("portcullis.toml", &loose);
    repo.write("origin/main", &loose);
    repo.commit();
    assert_eq!(judge(&repo, &["--policy-base", "origin/main"]).0.code, Some(2), "there is no such revision");
    assert_eq!(judged(&repo, BASE).0.exit_code, 1);
    // A waiver, a looser layer below, the other commit's layers.
    let org = "version = 1\n[coverage]\nlines = 85\n";
    let own = "version = 1\nextends = [\"../org/base.toml\"]\n[evidence.unit]\npath = \"unit.xml\"\n";
    let repo = self::repo(&[("org/base.toml", org), ("policies/p.toml", own)]);
    repo.write("org/base.toml", &org.replace("85", "2"));
    repo.commit();
    let (verdict, policy) = judged(&repo, &["--policy-base", "main", "--policy", "policies/p.toml"]);
    assert_eq!(verdict.exit_code, 1);
    assert_eq!(&*policy.violations[0].message, "85 -> 2");
    let layer = verdict.policy.extends[0].to_string();
    let (path, digest) = layer.split_once("@sha256:").unwrap();
    assert_eq!((verdict.policy.extends.len(), path, digest.len()), (1, "policies/../org/base.toml", 64));
    let place = common::check(&verdict, "coverage.lines").policy_source.clone().unwrap();
    assert_eq!((&*place.path, place.line), ("main:org/base.toml", 3));
}

/// This failed once: a folder on the way to the policy is a link, and the change lets it lead elsewhere.
#[cfg(unix)]
#[test]
fn a_link_on_the_way_to_the_policy_is_that_of_the_base() {
    let own = STRICT.replacen("version = 1\n", "version = 1\nextends = [\"../org.toml\"]\n", 1);
    let loose = STRICT.replace("85", "1");
    for (named, link) in [("conf/p.toml", "conf"), (".config/portcullis.toml", ".config")] {
        // Where the base has a lax policy too, and where only the change has one.
        for known in [true, false] {
            let file = named.rsplit('/').next().unwrap();
            let (strict, lax) = (format!("deep/config/{file}"), format!("tests/{file}"));
            let repo = repo(&[(&strict, &own), ("deep/org.toml", "version = 1\n[coverage]\nlines = 3\n")]);
            let point = |to: &str| {
                let link = repo.path().join(link);
                _ = std::fs::remove_file(&link);
                std::os::unix::fs::symlink(to, link).unwrap();
                repo.commit();
            };
            if known {
                repo.write(&lax, &loose);
            }
            point("deep/config");
            repo.git(&["branch", "--quiet", "--force", "main"]);
            repo.write(&lax, &loose);
            point("tests");
            let (verdict, _) = judged(&repo, &["--policy-base", "main", "--policy", named]);
            assert_eq!(verdict.exit_code, 1, "{named} {known}\n{}", common::statuses(&verdict));
            let place = common::check(&verdict, "coverage.lines").policy_source.clone().unwrap();
            assert_eq!(&*place.path, &format!("main:{named}"));
        }
    }
}

/// This failed once: a policy in a submodule is nothing that a revision of this repository holds, and the change's own
/// was called the first one.
#[test]
fn a_policy_in_a_submodule_is_not_taken_for_the_first_one() {
    let module = repo(&[("p.toml", STRICT)]);
    let repo = repo(&[("README.md", "x")]);
    repo.git(&["submodule", "--quiet", "add", module.path().to_str().unwrap(), "policies"]);
    repo.commit();
    repo.git(&["checkout", "--quiet", "-B", "main"]);
    repo.git(&["checkout", "--quiet", "-b", "next"]);
    repo.write("policies/p.toml", &STRICT.replace("85", "1"));
    let (ran, verdict) = judge(&repo, &["--policy-base", "main", "--policy", "policies/p.toml"]);
    assert!(ran.code == Some(2) && verdict.is_none() && ran.err.contains("policies is a submodule"), "{ran:?}");
}

#[test]
fn the_evidence_and_the_checks_of_both_policies_are_shown() {
    let repo = repo(&[("portcullis.toml", &format!("{STRICT}branches = 10\n[tests]\nfailed = 0\n"))]);
    let new = "version = 1\n[evidence.other]\npath = \"unit.xml\"\n[coverage]\nlines = 70\n[lints]\nwarnings = 0\n";
    repo.write("portcullis.toml", new);
    repo.commit();
    let (verdict, policy) = judged(&repo, BASE);
    let mut ids: Vec<&str> = verdict.checks.iter().map(|c| &*c.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), verdict.checks.len(), "each check once: {}", common::statuses(&verdict));
    for id in ["coverage.branches", "tests.failed", "lints.warnings", "evidence.unit", "evidence.other"] {
        assert!(ids.contains(&id), "{id} in {ids:?}");
    }
    let names: Vec<_> = verdict.evidence.iter().filter_map(|e| e.name.as_deref()).collect();
    assert!(names.contains(&"unit") && names.contains(&"other"), "{names:?}");
    assert_eq!((verdict.exit_code, policy.status), (1, Status::Warn));
}

#[test]
fn a_rule_that_is_only_announced_in_the_change_binds_by_the_base() {
    let repo = repo(&[("portcullis.toml", STRICT)]);
    repo.write("portcullis.toml", &STRICT.replace("version = 1\n", "version = 1\nenforce-from = 2027-01-01\n"));
    repo.commit();
    let (verdict, _) = judged(&repo, BASE);
    assert_eq!((verdict.exit_code, verdict.enforced, verdict.would_exit), (1, true, None));
    // Announced by both, it is in force by neither.
    repo.git(&["checkout", "--quiet", "-B", "main"]);
    repo.git(&["checkout", "--quiet", "-b", "next"]);
    repo.write("portcullis.toml", &repo.0.read("portcullis.toml").replace("85", "84"));
    repo.commit();
    let (verdict, policy) = judged(&repo, BASE);
    assert_eq!((verdict.exit_code, verdict.enforced, verdict.would_exit), (0, false, Some(1)));
    assert_eq!(policy.status, Status::Warn);
}

/// This failed once: a check of a policy that is not in force was shown as failing beside exit code 3, which is for a
/// run in which none does.
#[test]
fn the_exit_code_is_that_of_the_checks() {
    let off = |text: &str| text.replacen("version = 1\n", "version = 1\nenforce-from = 2026-12-24\n", 1);
    let error = "version = 1\n[evidence.unit]\npath = \"unit.xml\"\n[evidence.gone]\npath = \"gone.xml\"\n[coverage]\nlines = 70\n";
    let (fine, strict) = (STRICT.replace("85", "70"), STRICT.to_owned());
    let texts = [fine, error.to_owned(), strict];
    for (base, of_base) in texts.iter().zip([0, 3, 1]) {
        for (change, of_change) in texts.iter().zip([0, 3, 1]) {
            for (base_off, change_off) in [(false, false), (true, false), (false, true), (true, true)] {
                let write = |text: &str, is_off: bool| if is_off { off(text) } else { text.to_owned() };
                let repo = repo(&[("portcullis.toml", &write(base, base_off))]);
                repo.write("portcullis.toml", &format!("{}# changed\n", write(change, change_off)));
                let (verdict, _) = judged(&repo, BASE);
                let worse = |a: u8, b: u8| if a == 1 || b == 1 { 1 } else { a.max(b) };
                let binding = worse(if base_off { 0 } else { of_base }, if change_off { 0 } else { of_change });
                let what = format!("{base}{base_off}\n{change}{change_off}\n{}", common::statuses(&verdict));
                assert_eq!(verdict.exit_code, binding, "{what}");
                let by_counts = if verdict.counts.fail > 0 {
                    1
                } else if verdict.counts.error > 0 {
                    3
                } else {
                    0
                };
                assert!(by_counts == binding || binding == 0 && base_off && change_off, "{what}");
                let would = worse(of_base, of_change);
                assert!(verdict.would_exit.is_none_or(|w| w == would), "{what}");
                assert!(verdict.enforced || verdict.would_exit == Some(would), "{what}");
                assert!(!verdict.enforced || would == binding, "{what}");
            }
        }
    }
}

/// This failed once: a step of a scope has the id of a step of the gate, and of the base's two checks one was lost.
#[test]
fn checks_of_one_id_are_all_kept() {
    let steps =
        |lines: &str| format!("version = 1\n[evidence.unit]\npath = \"unit.xml\"\n[coverage]\nlines = 1\n{lines}");
    let both = "[steps]\nrequired = [\"build.x\"]\n[steps.scope.build]\nevidence = [\"unit\"]\nrequired = [\"x\"]\n";
    let repo = repo(&[("portcullis.toml", &steps(both))]);
    repo.write("portcullis.toml", &steps(""));
    let (verdict, _) = judged(&repo, BASE);
    assert_eq!(
        verdict.checks.iter().filter(|c| &*c.id == "steps.build.x").count(),
        2,
        "{}",
        common::statuses(&verdict)
    );
}

#[test]
fn the_first_policy_is_judged_by_itself_and_that_is_said() {
    let repo = repo(&[("README.md", "x")]);
    repo.write("portcullis.toml", &STRICT.replace("85", "70"));
    repo.commit();
    let (verdict, policy) = judged(&repo, BASE);
    assert_eq!((verdict.exit_code, policy.status), (0, Status::Warn));
    assert!(policy.message.contains("main holds no policy: this change brings the first one"), "{}", policy.message);
}

#[test]
fn a_base_that_cannot_be_read_judges_nothing() {
    let repo = repo(&[("portcullis.toml", "version = 1\n[nonsense]\n")]);
    repo.write("portcullis.toml", STRICT);
    repo.write("outside.txt", "");
    repo.commit();
    for (args, said) in [
        (vec!["--policy-base", "main"], "main:portcullis.toml:2:2"),
        (vec!["--policy-base", "nowhere"], "there is no revision nowhere here"),
        (vec!["--policy-base=--upload-pack=x"], "is no revision"),
        (vec!["--policy-base", "gone.toml"], "the policy gone.toml cannot be read"),
        (vec!["--policy-base", "builtin:nothing"], "there is no built-in policy"),
    ] {
        let (ran, verdict) = judge(&repo, &args);
        assert!(ran.code == Some(2) && ran.err.contains(said) && verdict.is_none(), "{args:?} {ran:?}");
    }
    // A file is named by its ending, and need not be in any repository.
    let outside = common::Folder::new();
    outside.write("base.toml", STRICT);
    let base = outside.path().join("base.toml");
    let (verdict, policy) = judged(&repo, &["--policy-base", base.to_str().unwrap()]);
    assert_eq!((verdict.exit_code, policy.status), (1, Status::Pass));
    // A policy out of the repository is no part of the change.
    outside.write("own.toml", STRICT);
    let own = outside.path().join("own.toml");
    let (ran, _) = judge(&repo, &["--policy", own.to_str().unwrap(), "--policy-base", "main"]);
    assert!(ran.code == Some(2) && ran.err.contains("lies outside the repository"), "{ran:?}");
}
