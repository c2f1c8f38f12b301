//! What each fuzz target does with its bytes, and what must hold. `tests/fuzz_smoke.rs` runs the same
//! functions on stable, without a fuzzer.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a target that finds something panics")]

pub mod baseline;
pub mod choices;
pub mod diff;
pub mod formats;
pub mod mutated;
pub mod outputs;
pub mod policy;
