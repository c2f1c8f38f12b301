//! What is said of new, unchanged and fixed findings.

use proptest::prelude::*;

use super::*;

/// Outputs that show every check; the others show what does not pass, or findings only.
const WHOLE: [&str; 5] = ["html", "json", "junit", "markdown", "text"];

#[test]
fn new_unchanged_and_fixed_are_counted_in_every_output() {
    let result = |rule: &'static str| (rule, "error", "src/a.rs", 1, "m");
    let (before, now) = (sarif("1", &[result("a"), result("b"), result("c")]), sarif("1", &[result("a"), result("d")]));
    let verdict = compare(POLICY, &before, &now);
    let high = check(&verdict, "security.new.high");
    assert_eq!(high.message.as_str(), "1 new high finding, 0 allowed (1 unchanged, 2 fixed)");
    assert_eq!((high.actual, high.baseline), (Some(1.0), Some(3.0)));
    let folder = Folder::new();
    folder.write("policy.toml", format!("version = 1\n{POLICY}\n")).write("t.sarif", &before);
    let run = |args: &[&str]| folder.run(&[&["check", "t.sarif", "-p", "policy.toml", "--now", NOW], args].concat());
    // A first run has nothing to be new against: nothing judged it, and that is said.
    let first = run(&["--baseline", "none", "-o", "json=first.json"]);
    assert_eq!(first.code, Some(0), "{}{}", first.out, first.err);
    assert!(first.out.contains("3 high findings, and there is no baseline yet"), "{}", first.out);
    assert_eq!(folder.run(&["baseline", "save", "first.json", "-o", "baseline.json"]).code, Some(0));
    folder.write("t.sarif", &now);
    for output in portcullis::outputs::ALL.iter().map(|o| o.name) {
        let ran = run(&["--baseline", "baseline.json", "-f", output]);
        assert_eq!(ran.code, Some(1), "{output}: {}{}", ran.out, ran.err);
        let flat: String =
            ran.out.split_whitespace().collect::<Vec<_>>().join(" ").replace("\\(", "(").replace("\\)", ")");
        let shown = flat.contains("1 new high finding");
        assert!(shown || !WHOLE.contains(&output), "{output}: {}", ran.out);
        assert_eq!(flat.contains("1 unchanged, 2 fixed"), shown, "{output}: {}", ran.out);
        let for_people = ["html", "markdown", "text"].contains(&output);
        assert!(!for_people || flat.contains("1 in the baseline"), "{output}: {}", ran.out);
        assert!(output == "json" || !flat.contains("1 waived"), "{output}: {}", ran.out);
    }
}

/// Where nothing is new that is shown as well, with what was fixed.
#[test]
fn what_holds_is_counted_too() {
    let result = |rule: &'static str| (rule, "error", "src/a.rs", 1, "m");
    let folder = Folder::new();
    folder.write("policy.toml", format!("version = 1\n{POLICY}\n"));
    folder.write("t.sarif", sarif("1", &[result("a"), result("b")]));
    let args = ["check", "t.sarif", "-p", "policy.toml", "--now", NOW, "-o", "json=v.json", "--baseline"];
    assert_eq!(folder.run(&[&args[..], &["none"]].concat()).code, Some(0));
    folder.write("base.json", folder.read("v.json")).write("t.sarif", sarif("1", &[result("a")]));
    // JUnit has no place for what a case that passes says.
    for output in WHOLE.into_iter().filter(|o| *o != "junit") {
        let ran = folder.run(&[&args[..], &["base.json", "-f", output]].concat());
        assert_eq!(ran.code, Some(0), "{output}: {}{}", ran.out, ran.err);
        let flat: String = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains("0 new high findings, 0 allowed (1 unchanged, 1 fixed)"), "{output}: {}", ran.out);
    }
}

/// A baseline of a run that had a baseline itself is as complete as the first: what was known is still listed.
#[test]
fn a_chain_of_baselines_forgets_nothing() {
    let result = |rule: &'static str| (rule, "error", "src/a.rs", 1, "m");
    let policy = "[security.scope.new]\nnew = true\nhigh = 1";
    let first = judge(policy, &[("t.sarif", &sarif("1", &[result("a"), result("b")]))], BaselineState::None);
    let second = judge(policy, &[("t.sarif", &sarif("1", &[result("a"), result("b"), result("c")]))], read(&first));
    assert_eq!((second.exit_code, check(&second, "security.new.high").actual), (0, Some(1.0)), "{}", statuses(&second));
    let third = judge(policy, &[("t.sarif", &sarif("1", &[result("a"), result("b"), result("c")]))], read(&second));
    let high = check(&third, "security.new.high");
    assert_eq!((high.actual, high.baseline), (Some(0.0), Some(3.0)), "{}", high.message);
}

#[test]
fn a_waived_finding_takes_its_own_place_in_the_baseline() {
    let waiver = "[[waiver]]\nid = \"a\"\npath = \"src/a.rs\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2026-12-01\n";
    let policy = format!("{POLICY}\n{waiver}");
    let a = ("a", "error", "src/a.rs", 1, "m");
    let first = judge(&policy, &[("t.sarif", &sarif("1", &[a]))], BaselineState::None);
    let verdict = judge(&policy, &[("t.sarif", &sarif("1", &[a]))], read(&first));
    let high = check(&verdict, "security.new.high");
    assert_eq!((verdict.exit_code, high.waived.len()), (0, 1), "{}", statuses(&verdict));
    assert!(!high.waived[0].is_by_baseline(), "the policy waives it, new or not");
    // Without the waiver it is known all the same.
    assert_eq!(judge(POLICY, &[("t.sarif", &sarif("1", &[a]))], read(&first)).exit_code, 0);
}

#[test]
fn a_scope_is_compared_with_its_own_part_of_the_gate() {
    let (a, b) = (("a", "error", "src/a.rs", 1, "m"), ("b", "error", "lib/b.rs", 1, "m"));
    let whole = judge("[security]\nhigh = 9", &[("t.sarif", &sarif("1", &[a, b]))], BaselineState::None);
    let policy = "[security.scope.new]\nnew = true\npaths = [\"src/**\"]\nhigh = 0";
    let verdict = judge(policy, &[("t.sarif", &sarif("1", &[]).replace("\"results\":[]", "\"results\":[{\"ruleId\":\"z\",\"level\":\"none\",\"message\":{\"text\":\"m\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"src/z.rs\"}}}]}]"))], read(&whole));
    let high = check(&verdict, "security.new.high");
    assert_eq!(
        high.message.as_str(),
        "0 new high findings, 0 allowed (0 unchanged, 1 fixed)",
        "{}",
        statuses(&verdict)
    );
}

/// Rule, level, path, line, message, fingerprint.
type Row = (u8, bool, u8, u32, u8, u8);

fn report(rows: &[Row]) -> String {
    let one = |(rule, grave, path, line, message, print): &Row| {
        let place = json!({ "artifactLocation": { "uri": format!("p{path}") }, "region": { "startLine": line } });
        json!({ "ruleId": format!("r{rule}"), "level": if *grave { "error" } else { "warning" },
                "message": { "text": format!("m{message}").replace(char::is_numeric, ["a", "b"][usize::from(*message)]) },
                "locations": [{ "physicalLocation": place }], "fingerprints": { "id/v1": format!("print-{print}") } })
    };
    let results: Vec<Value> = rows.iter().map(one).collect();
    json!({ "version": "2.1.0", "runs": [{ "tool": { "driver": { "name": "Scan" } }, "results": results }] })
        .to_string()
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((0..2_u8, any::<bool>(), 0..2_u8, 1..5_u32, 0..2_u8, 0..4_u8), 0..10)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever two runs found, and whatever fingerprints they gave: what is told adds up over the severities, and no
    /// rule has fewer new ones than it has more.
    #[test]
    fn what_is_told_adds_up(before in rows(), now in rows()) {
        let policy = "[security]\nhigh = 99\nmedium = 99\n[security.scope.new]\nnew = true\nhigh = 99\nmedium = 99";
        let first = judge(policy, &[("t.sarif", &report(&before))], BaselineState::None);
        let verdict = judge(policy, &[("t.sarif", &report(&now))], read(&first));
        let of = |verdict: &Verdict, scope: &str| {
            let checks = ["high", "medium"].map(|m| check(verdict, &format!("security.{scope}{m}")).clone());
            let new: Vec<String> = checks.iter().flat_map(|c| &c.violations).map(|v| v.id.to_string()).collect();
            let known = checks.iter().map(|c| c.waived.len()).sum::<usize>();
            let fixed = checks.iter().filter_map(|c| c.message.split(", ").find_map(|w| w.strip_suffix(" fixed)")?.parse::<usize>().ok()));
            (new, known, fixed.sum::<usize>())
        };
        let (all_before, all_now) = (of(&first, "").0, of(&verdict, "").0);
        let (new, known, fixed) = of(&verdict, "new.");
        prop_assert_eq!(new.len() + known, all_now.len());
        prop_assert_eq!(known + fixed, all_before.len(), "{}", statuses(&verdict));
        for rule in ["r0", "r1"] {
            let count = |all: &[String]| all.iter().filter(|id| *id == rule).count();
            prop_assert!(count(&new) >= count(&all_now).saturating_sub(count(&all_before)));
        }
    }
}
