//! Families of metrics, as text.

use std::collections::BTreeSet;
use std::io;

/// A label: its name, which is ours, and its value.
type Label<'a> = (&'static str, &'a str);

/// A family of gauges: its name ends with its unit, where it has one.
pub(super) struct Family {
    name: &'static str,
    unit: &'static str,
    help: &'static str,
    /// Labels and value, each set of labels once.
    series: Vec<(Vec<(&'static str, String)>, String)>,
    known: BTreeSet<Vec<String>>,
}

impl Family {
    pub(super) const fn new(name: &'static str, unit: &'static str, help: &'static str) -> Self {
        Self { name, unit, help, series: Vec::new(), known: BTreeSet::new() }
    }

    /// Adds a series, unless it is there already or its value is no number.
    pub(super) fn add(&mut self, labels: &[Label<'_>], value: f64) {
        if value.is_finite() && self.known.insert(labels.iter().map(|(_, v)| (*v).to_owned()).collect()) {
            self.series.push((labels.iter().map(|(k, v)| (*k, (*v).to_owned())).collect(), shown(value)));
        }
    }
}

/// All families of a file.
pub(super) struct Families {
    /// The labels that every series has.
    common: Vec<(&'static str, String)>,
    list: Vec<Family>,
}

impl Families {
    pub(super) const fn new(common: Vec<(&'static str, String)>) -> Self {
        Self { common, list: Vec::new() }
    }

    /// Adds a family, unless nothing is in it.
    pub(super) fn push(&mut self, family: Family) {
        if !family.series.is_empty() {
            self.list.push(family);
        }
    }

    /// Adds a family of one series without labels of its own.
    pub(super) fn one(&mut self, name: &'static str, unit: &'static str, help: &'static str, value: f64) {
        let mut family = Family::new(name, unit, help);
        family.add(&[], value);
        self.push(family);
    }

    /// Writes them, and that this is the end.
    pub(super) fn write(&self, sink: &mut dyn io::Write) -> io::Result<()> {
        for Family { name, unit, help, series, .. } in &self.list {
            writeln!(sink, "# HELP {name} {help}\n# TYPE {name} gauge")?;
            if !unit.is_empty() {
                writeln!(sink, "# UNIT {name} {unit}")?;
            }
            for (labels, value) in series {
                // A label without a value is the same as none (OpenMetrics 1.0, "Label").
                let all = labels.iter().chain(&self.common).filter(|(_, v)| !v.is_empty());
                let all: Vec<String> = all.map(|(k, v)| format!("{k}=\"{}\"", escaped(v))).collect();
                let labels = if all.is_empty() { String::new() } else { format!("{{{}}}", all.join(",")) };
                writeln!(sink, "{name}{labels} {value}")?;
            }
        }
        writeln!(sink, "# EOF")
    }
}

/// A number with at most six decimals: the same number is always the same text.
fn shown(value: f64) -> String {
    let digits = format!("{value:.6}");
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    if digits == "-0" { "0".to_owned() } else { digits.to_owned() }
}

/// The value of a label.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_spelling() {
        for (value, seen) in [
            (84.210_526_315_789, "84.210526"),
            (3.0, "3"),
            (0.0, "0"),
            (-0.000_000_1, "0"),
            (100.0, "100"),
            (1_795_593_600.0, "1795593600"),
            (0.25, "0.25"),
        ] {
            assert_eq!(shown(value), seen);
        }
    }

    #[test]
    fn a_series_is_there_once_and_no_number_is_none() {
        let mut family = Family::new("a", "", "h");
        family.add(&[("x", "1")], 1.0);
        family.add(&[("x", "1")], 2.0);
        family.add(&[("x", "2")], f64::NAN);
        family.add(&[("x", "3")], f64::INFINITY);
        let mut families = Families::new(vec![("y", "a\\b\"c\nd".to_owned())]);
        families.push(family);
        families.push(Family::new("b", "", "nothing in it"));
        let mut out = Vec::new();
        families.write(&mut out).unwrap();
        let said = "# HELP a h\n# TYPE a gauge\na{x=\"1\",y=\"a\\\\b\\\"c\\nd\"} 1\n# EOF\n";
        assert_eq!(String::from_utf8(out).unwrap(), said);
    }
}
