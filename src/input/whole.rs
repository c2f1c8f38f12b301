//! Texts that must be held as a whole: a file that cannot be read in a stream, a part of known length.

use super::{ReadError, Result, Window};

impl Window<'_> {
    /// Takes all that is left as one text of at most `most` bytes. For formats that cannot be read in a stream.
    ///
    /// # Errors
    /// What [`Self::more`] refuses, or there is more.
    pub fn text(&mut self, most: usize) -> Result<String> {
        let mut text = String::new();
        loop {
            text.push_str(std::str::from_utf8(self.rest()).unwrap_or_default());
            self.consume(self.rest().len());
            if text.len() > most {
                return Err(ReadError::new(format!("larger than {} MiB, the most for this format", most >> 20)));
            }
            if !self.more()? {
                return Ok(text);
            }
        }
    }

    /// Takes exactly the next `n` bytes as text. `None`: they are not all there, or end inside a character.
    ///
    /// # Errors
    /// What [`Self::more`] refuses.
    pub fn take_with<T>(&mut self, n: usize, f: impl FnOnce(&str) -> Result<T>) -> Result<Option<T>> {
        let Some(text) = self.at_least(n)?.get(..n).and_then(|b| std::str::from_utf8(b).ok()) else {
            return Ok(None);
        };
        let out = f(text)?;
        self.consume(n);
        Ok(Some(out))
    }
}
