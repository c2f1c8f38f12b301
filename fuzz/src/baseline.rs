//! An earlier verdict, as a baseline and as one to be shown.

use portcullis::evaluate::{Baseline, parse_verdict, slim};

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let baseline = Baseline::parse(text);
    let Ok(mut verdict) = parse_verdict(text) else {
        assert!(baseline.is_err(), "no verdict, and a baseline");
        return;
    };
    super::outputs::check(&verdict);
    slim(&mut verdict);
    let saved = serde_json::to_string(&verdict).unwrap();
    assert!(parse_verdict(&saved).is_ok(), "what is saved is read again");
}
