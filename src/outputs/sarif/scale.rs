//! How large a file is when it is packed, which is how GitHub weighs it.

use std::io;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde::Serialize;

/// Bytes that results and rules may take, packed: GitHub refuses a file of more than 10 MB.
const BUDGET: usize = 8_500_000;

/// Weighs what is added. Nothing is packed as long as it is light enough as it is.
pub(super) struct Scale {
    budget: usize,
    plain: Vec<u8>,
    packed: Option<DeflateEncoder<Counter>>,
}

/// Counts what is written to it.
#[derive(Default)]
struct Counter(usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Default for Scale {
    fn default() -> Self {
        Self::new(BUDGET)
    }
}

impl Scale {
    /// With room for so many bytes.
    pub(super) fn new(budget: usize) -> Self {
        Self { budget, plain: Vec::new(), packed: None }
    }

    pub(super) fn add(&mut self, value: &impl Serialize) {
        // What cannot be written weighs nothing here: writing it fails later.
        let _ = serde_json::to_writer(&mut self.plain, value);
        if self.packed.is_none() && self.plain.len() < self.budget {
            return;
        }
        let packed = self.packed.get_or_insert_with(|| DeflateEncoder::new(Counter::default(), Compression::fast()));
        let _ = io::Write::write_all(packed, &self.plain);
        self.plain.clear();
    }

    pub(super) fn is_full(&self) -> bool {
        self.packed.as_ref().is_some_and(|p| p.get_ref().0 > self.budget)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_weighs_what_is_packed() {
        let mut scale = Scale::new(10_000);
        for _ in 0..1000 {
            scale.add(&"the same again and again, which packs well");
        }
        assert!(!scale.is_full(), "40 kB that pack to far less");
        let mut scale = Scale::new(10_000);
        let mut state = 1_u64;
        let mut words = 0;
        while !scale.is_full() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            scale.add(&state);
            words += 1;
            assert!(words < 100_000);
        }
        assert!(words > 900, "{words} numbers of 20 digits, which pack to half");
    }
}
