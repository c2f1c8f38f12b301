//! Numbers that are none, too large, or written as people of one country write them: F06, F14, F16.

use super::*;

/// What is no count.
const NO_COUNT: [&str; 26] = [
    "NaN",
    "nan",
    "-nan",
    "inf",
    "-inf",
    "Infinity",
    "1e999",
    "-1",
    "-0",
    "1.5",
    "0x1",
    "",
    "many",
    "0,85",
    "85%",
    "٣",
    "３",
    "1_0",
    "\u{a0}1",
    "+1",
    " 1",
    "1 ",
    "1,000",
    "18446744073709551616",
    "1e3",
    "1111111111111111111111111111111111111111",
];

pub(super) fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for n in NO_COUNT {
        let row = if ["0,85", "85%", "٣", "３", "1_0", "\u{a0}1", "+1", " 1", "1 ", "1,000"].contains(&n) {
            "F16"
        } else {
            "F06"
        };
        all.push(COBERTURA.with(row, "hits=\"1\"", &format!("hits=\"{n}\""), Error("")));
        all.push(COBERTURA.with(row, "number=\"1\"", &format!("number=\"{n}\""), Shut("")));
        // In a tracefile a comma parts the fields (a checksum may follow the hits), and a line's end may hold white space.
        if !n.contains(',') && n != "1 " {
            let hits = if n == "18446744073709551616" { Shut("") } else { Error("") };
            all.push(LCOV.with(row, "DA:1,1", &format!("DA:1,{n}"), hits));
            all.push(LCOV.with(row, "DA:1,1", &format!("DA:{n},1"), Error("")));
        }
    }
    all.push(LCOV.with("F16", "DA:1,1", "DA:1,0,85", Fails("60 %")));
    // A header is only compared with the body: it opens nothing, whatever it says.
    for n in ["NaN", "inf", "1e999", "-0.5", "1.5", "85", "", "x", "0,85", "0.0"] {
        all.push(COBERTURA.with("F06", "line-rate=\"1\"", &format!("line-rate=\"{n}\""), Open));
        let low = COBERTURA
            .text()
            .replace("hits=\"1\"", "hits=\"0\"")
            .replace("line-rate=\"1\"", &format!("line-rate=\"{n}\""));
        all.push(COBERTURA.case("F06", format!("nothing hit, rate {n}"), low, Fails("0 %")));
    }
    for n in ["18446744073709551616", "-1", "NaN", "1e999", "0.0", "x", "9".repeat(40).leak()] {
        all.push(JUNIT.with("F14", "failures=\"0\"", &format!("failures=\"{n}\""), Error("")));
        all.push(JUNIT.with("F14", "errors=\"0\"", &format!("errors=\"{n}\""), Error("")));
    }
    all.push(JUNIT.with("F14", "failures=\"0\"", "failures=\"4294967297\"", Fails("failed")));
    all.push(JUNIT.with("F14", "failures=\"0\"", "failures=\"18446744073709551615\"", Fails("failed")));
    all.push(JUNIT.with("F16", "time=\"1.5\"", "time=\"1,234.5\"", Open));
    for n in ["-1", "NaN", "1e400", "\"1\"", "null", "true", "1.5e400"] {
        all.push(STEPS.with("F06", "\"seconds\":1.5", &format!("\"seconds\":{n}"), Error("")));
    }
    for n in ["18446744073709551616", "-1", "\"0\"", "null", "1.5", "true"] {
        all.push(AUDIT.with("F14", "\"dependency-count\":9", &format!("\"dependency-count\":{n}"), Error("")));
        // What the header does not say, the list says.
        let count = if n == "null" { Open } else { Error("") };
        all.push(AUDIT.with("F14", "\"count\":0", &format!("\"count\":{n}"), count));
    }
    all.push(AUDIT.with("F14", "\"count\":0", "\"count\":18446744073709551615", Shut("")));
    all
}
