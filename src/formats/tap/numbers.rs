//! The numbers of test points, kept as ranges: most stand in order.

/// Numbers, each as often as it was added.
#[derive(Default)]
pub(super) struct Numbers {
    /// First and last of each run of numbers that follow each other.
    ranges: Vec<(u64, u64)>,
}

impl Numbers {
    pub(super) fn add(&mut self, number: u64) {
        match self.ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            _ => self.ranges.push((number, number)),
        }
    }

    /// How many numbers are 0 or above `most`, each as often as it was added.
    pub(super) fn beyond(&self, most: u64) -> u64 {
        let outside = |(first, last): &(u64, u64)| {
            let zero = u64::from(*first == 0);
            let above = if *last > most { last - (*first).max(most.saturating_add(1)) + 1 } else { 0 };
            zero + above
        };
        self.ranges.iter().map(outside).sum()
    }
}
