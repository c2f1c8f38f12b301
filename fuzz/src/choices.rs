//! Bytes as a row of choices.

/// What is left of the bytes. At their end every choice is the first one.
pub struct Choices<'a>(pub &'a [u8]);

impl<'a> Choices<'a> {
    /// Whether nothing is left to choose by.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    /// A number below `n`, which is not 0.
    pub fn below(&mut self, n: usize) -> usize {
        let wide = usize::from(self.byte()) << 8 | usize::from(if n > 256 { self.byte() } else { 0 });
        if n > 256 { wide % n } else { (wide >> 8) % n }
    }

    pub fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    pub fn one_of<'b>(&mut self, list: &[&'b str]) -> &'b str {
        list[self.below(list.len())]
    }

    pub fn maybe<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.flag().then(|| value(self))
    }

    /// The next bytes, up to 255, as text.
    pub fn text(&mut self) -> String {
        let n = usize::from(self.byte()).min(self.0.len());
        let (text, rest) = self.0.split_at(n);
        self.0 = rest;
        String::from_utf8_lossy(text).into_owned()
    }

    pub fn number(&mut self) -> u64 {
        const EDGES: [u64; 8] = [0, 1, 2, 10, 100, 1 << 32, (1 << 53) + 1, u64::MAX];
        match self.byte() {
            n @ 0..8 => EDGES[usize::from(n)],
            n => u64::from(n),
        }
    }

    /// A list of up to `most`.
    pub fn list<T>(&mut self, most: usize, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let n = self.below(most + 1);
        (0..n).map(|_| one(self)).collect()
    }
}
