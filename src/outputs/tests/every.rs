//! What holds for every output, over verdicts of every kind.

use super::*;

/// A verdict of every kind, each with a name.
fn verdicts() -> Vec<(String, Verdict)> {
    let kinds = [("rich", rich()), ("open", open()), ("trial", trial()), ("empty", judged(Vec::new()))];
    let skipped = judged(vec![check("a.b", Status::Skipped, "m")]);
    let blank = judged(vec![check("", Status::Fail, "")]);
    let kinds = kinds.into_iter().chain([("skipped", skipped), ("blank", blank)]);
    let named = kinds.map(|(name, verdict)| (name.to_owned(), verdict));
    let mean =
        HOSTILE.into_iter().chain(["]]>", "&#0; &bogus; <!DOCTYPE x>", "\u{0}\u{1f}\u{7f}\u{85}\u{2028}\u{fffe}"]);
    let hostile = mean.map(|raw| (format!("hostile {raw:?}"), hostile(raw)));
    named.chain(hostile).chain([("huge".to_owned(), huge())]).collect()
}

/// More than any service takes: 30,000 findings with long texts of characters that take four bytes.
pub(in crate::outputs) fn huge() -> Verdict {
    static HUGE: LazyLock<Verdict> = LazyLock::new(|| {
        let mut failing = check("security.high", Status::Fail, "30000 findings, 0 allowed");
        let fix = Text::new(&"👩".repeat(1000));
        let violation = |n: usize| Violation {
            severity: Some(["critical", "high", "medium", "low"][n % 4].into()),
            fix: Some(fix.clone()).filter(|_| n.is_multiple_of(50)),
            ..Violation::new(format!("F-{n}"), "𠀀".repeat(if n.is_multiple_of(100) { 3000 } else { 10 + n % 13 }))
        };
        failing.violations = (0..30_000).map(violation).collect();
        failing.violations_total = 30_000;
        judged(vec![failing])
    });
    HUGE.clone()
}

/// A character that must not stand in a file as it is.
fn raw(c: &char) -> bool {
    *c != '\n' && (c.is_control() || !Text::new(&format!("a{c}b")).contains(*c))
}

fn assert_harmless(output: &Output, name: &str, verdict: &Verdict) {
    let coloured = written(output.name, verdict, 80);
    let plain = if output.name == "text" { strip_str(&coloured).to_string() } else { coloured };
    let said = format!("{} of the {name} verdict", output.name);
    assert!(plain.ends_with('\n'), "{said} does not end its last line");
    let distinct: BTreeSet<char> = plain.chars().collect();
    assert_eq!(distinct.iter().find(|c| raw(c)), None, "{said}");
    if plain.starts_with(['{', '[']) {
        serde_json::from_str::<Value>(&plain).unwrap_or_else(|e| panic!("{said}: {e}"));
    }
}

#[test]
fn every_output_writes_text_that_does_nothing() {
    for (name, verdict) in verdicts() {
        ALL.iter().for_each(|output| assert_harmless(output, &name, &verdict));
    }
}

#[test]
fn every_output_writes_the_same_again() {
    for (name, verdict) in verdicts().into_iter().filter(|(name, _)| name != "huge") {
        for output in ALL {
            let once = written(output.name, &verdict, 80);
            assert_eq!(written(output.name, &verdict.clone(), 80), once, "{} of the {name} verdict", output.name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_text_breaks_an_output(raw in spiteful()) {
        ALL.iter().for_each(|output| assert_harmless(output, &raw, &hostile(&raw)));
    }
}

#[test]
fn outputs_that_are_json_are_looked_at_as_such() {
    let json = ALL.iter().filter(|o| written(o.name, &rich(), 80).starts_with(['{', '[']));
    let names: BTreeSet<&str> = json.map(|o| o.name).collect();
    assert!(names.is_superset(&BTreeSet::from(["json", "sarif"])), "{names:?}");
}
