//! The fuzz targets of `fuzz/` on stable and without a fuzzer: what they once found, and a seeded row of mutations of
//! the samples. `FUZZ_ROUNDS=N` makes it longer; a round is one input for each target.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[allow(unreachable_pub, reason = "a library in fuzz/")]
#[path = "../fuzz/src/lib.rs"]
mod targets;

use common::{files_below, repository, testdata};
use portcullis::formats;

/// A name and what it does with its bytes.
type Target = (&'static str, fn(&[u8]));

/// The targets by name, as in `fuzz/fuzz_targets/`.
const TARGETS: &[Target] = &[
    ("baseline", targets::baseline::run),
    ("diff", targets::diff::run),
    ("formats", targets::formats::run),
    ("mutated", targets::mutated::run),
    ("outputs", targets::outputs::run),
    ("policy", targets::policy::run),
];

/// xorshift64*, which is the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.roll() >> 33).unwrap() % n.max(1)
    }

    fn bytes(&mut self, n: usize) -> Vec<u8> {
        (0..n).map(|_| u8::try_from(self.roll() >> 56).unwrap()).collect()
    }

    /// Some bytes changed, taken away, doubled or taken from elsewhere.
    fn mutated(&mut self, seed: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=self.below(6) {
            let at = self.below(bytes.len() + 1);
            let end = (at + self.below(24)).min(bytes.len());
            match self.below(6) {
                0 => drop(bytes.drain(at..end)),
                1 => bytes.truncate(at),
                2 => bytes.iter_mut().skip(at).take(1).for_each(|b| *b ^= 1 << (end % 8)),
                3 => drop(bytes.splice(at..at, self.bytes(3))),
                4 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
                _ => {
                    let from = self.below(other.len() + 1);
                    let piece = &other[from..(from + 40).min(other.len())];
                    drop(bytes.splice(at..end, piece.iter().copied()));
                }
            }
        }
        bytes
    }
}

/// What a target begins with; none: it begins with nothing.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let read = |path: &str| std::fs::read(repository().join(path)).unwrap();
    match target {
        "formats" => {
            let samples = formats::ALL.iter().enumerate().flat_map(|(n, format)| {
                let folder = testdata(&format.name.replace('-', "_"));
                let files = files_below(&folder).into_iter().filter(|f| f != "PROVENANCE").map(move |f| folder.join(f));
                files.map(move |file| [vec![u8::try_from(n).unwrap()], std::fs::read(file).unwrap()].concat())
            });
            samples.filter(|bytes| bytes.len() < 16_000).collect()
        }
        "policy" => files_below(&repository().join("policies")).iter().map(|f| read(&format!("policies/{f}"))).collect(),
        "baseline" => ["passing", "failing"].iter().map(|s| read(&format!("testdata/neo-rs/{s}/baseline.json"))).collect(),
        "diff" => vec![
            b"diff --git a/a.rs b/b.rs\nsimilarity index 90%\nrename from a.rs\nrename to b.rs\n--- a/a.rs\n+++ b/b.rs\n@@ -1,2 +1,3 @@ fn\n x\n-y\n+z\n+w\n\\ No newline at end of file\n".to_vec(),
        ],
        _ => Vec::new(),
    }
}

#[test]
fn what_fuzzing_found_stays_mended() {
    let found = repository().join("fuzz/found");
    let files = files_below(&found);
    assert!(files.len() >= 5, "{files:?}");
    for file in files {
        let target = file.split('/').next().unwrap();
        let (_, run) = TARGETS.iter().find(|(name, _)| *name == target).unwrap();
        let mut bytes = std::fs::read(found.join(&file)).unwrap();
        if let Some((format, _)) = file.strip_prefix("formats/").and_then(|f| f.split_once("--")) {
            // The first byte chose the format when it was found; since then others may have come.
            let place = formats::ALL.iter().position(|f| f.name == format);
            assert!(place.is_some() || format == "any", "{file}");
            bytes[0] = place.map_or(u8::MAX, |n| u8::try_from(n).unwrap());
        }
        run(&bytes);
    }
}

#[test]
fn every_target_is_run_here_and_in_the_fuzzer() {
    let names: Vec<String> = TARGETS.iter().map(|(name, _)| format!("{name}.rs")).collect();
    assert_eq!(files_below(&repository().join("fuzz/fuzz_targets")), names);
}

#[test]
fn no_mutation_breaks_a_target() {
    let rounds = std::env::var("FUZZ_ROUNDS").map_or(300, |n| n.parse().unwrap());
    for (name, run) in TARGETS {
        let (seeds, mut dice) = (seeds(name), Dice(0x9E37_79B9_7F4A_7C15));
        for round in 0..rounds {
            let input = match seeds.is_empty() {
                true => {
                    let n = dice.below(600);
                    dice.bytes(n)
                }
                false => {
                    let (seed, other) = (dice.below(seeds.len()), dice.below(seeds.len()));
                    dice.mutated(&seeds[seed], &seeds[other])
                }
            };
            let done = std::panic::catch_unwind(|| run(&input));
            assert!(done.is_ok(), "target {name}, round {round}: {:?}", String::from_utf8_lossy(&input));
        }
    }
}
