//! The tokens of JSON: words, numbers and strings, each checked to the letter.

use super::super::{LONGEST_TOKEN, ReadError, Result};
use super::{DEPTH, Json};

/// How long a number may be, in bytes.
const LONGEST_NUMBER: usize = 32;

impl Json<'_, '_> {
    pub(super) fn token(&mut self) -> Result<u8> {
        self.window.skip_white()?;
        self.window.peek()?.ok_or_else(|| self.window.error("the JSON ends too early"))
    }

    pub(super) fn broken(&self, what: &str) -> ReadError {
        self.window.error(format!("not valid JSON: {what}"))
    }

    pub(super) fn expect(&mut self, wanted: u8) -> Result<()> {
        if self.token()? != wanted {
            return Err(self.broken(&format!("expected `{}`", char::from(wanted))));
        }
        self.window.consume(1);
        Ok(())
    }

    pub(super) fn word(&mut self, word: &'static str) -> Result<()> {
        if !self.window.at_least(word.len())?.starts_with(word.as_bytes()) {
            return Err(self.broken("an unknown word"));
        }
        self.window.consume(word.len());
        match self.window.peek()? {
            Some(b) if b.is_ascii_alphanumeric() => Err(self.broken("an unknown word")),
            _ => Ok(()),
        }
    }

    pub(super) fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.window.error(format!("nested deeper than {DEPTH}")));
        }
        self.window.consume(1);
        Ok(())
    }

    /// The text of a number, checked against the grammar, and whether it is an integer.
    pub(super) fn number(&mut self) -> Result<(String, bool)> {
        let rest = self.window.at_least(LONGEST_NUMBER + 1)?;
        let n = rest.iter().position(|b| !matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
        let n = n.unwrap_or(rest.len());
        if n > LONGEST_NUMBER {
            return Err(self.window.error(format!("a number of more than {LONGEST_NUMBER} characters")));
        }
        let text = String::from_utf8_lossy(rest.get(..n).unwrap_or_default()).into_owned();
        let integer = number_kind(&text).ok_or_else(|| self.broken("a malformed number"))?;
        self.window.consume(n);
        Ok((text, integer))
    }

    /// Reads a string behind its opening quote. Kept, it is handed to `f`.
    pub(super) fn string<T>(&mut self, f: impl FnOnce(&str) -> Result<T>) -> Result<T> {
        self.expect(b'"')?;
        let rest = self.window.rest();
        if let Some(n) = memchr::memchr2(b'"', b'\\', rest)
            && rest.get(n) == Some(&b'"')
        {
            let plain = rest.get(..n).unwrap_or_default();
            if plain.iter().any(|b| *b < 0x20) {
                return Err(self.broken("a control character in a string"));
            }
            let out = f(std::str::from_utf8(plain).unwrap_or_default());
            self.window.consume(n + 1);
            return out;
        }
        self.scratch.clear();
        while self.string_part(true)? {}
        f(std::str::from_utf8(&self.scratch).map_err(|_| self.broken("a broken string"))?)
    }

    /// Reads a string of any length, of which up to `most` bytes are kept and handed to `f`.
    pub(super) fn string_start<T>(&mut self, most: usize, f: impl FnOnce(&str) -> Result<T>) -> Result<T> {
        self.expect(b'"')?;
        self.scratch.clear();
        while self.string_part(self.scratch.len() < most)? {}
        let kept = std::str::from_utf8(&self.scratch).map_err(|_| self.broken("a broken string"))?;
        f(kept.get(..kept.floor_char_boundary(most)).unwrap_or_default())
    }

    pub(super) fn skip_string(&mut self) -> Result<()> {
        self.expect(b'"')?;
        while self.string_part(false)? {}
        Ok(())
    }

    /// One run of a string up to a quote, an escape or the end of the window. `false`: it ended.
    fn string_part(&mut self, keep: bool) -> Result<bool> {
        if self.window.peek()?.is_none() {
            return Err(self.window.error("the JSON ends inside a string"));
        }
        let rest = self.window.rest();
        let n = memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
        let run = rest.get(..n).unwrap_or_default();
        if run.iter().any(|b| *b < 0x20) {
            return Err(self.broken("a control character in a string"));
        }
        if keep {
            self.scratch.extend_from_slice(run);
            if self.scratch.len() > LONGEST_TOKEN {
                return Err(self.window.error(format!("a string of more than {} MiB", LONGEST_TOKEN >> 20)));
            }
        }
        let stop = rest.get(n).copied();
        self.window.consume(n);
        match stop {
            Some(b'"') => {
                self.window.consume(1);
                Ok(false)
            }
            Some(_) => self.escape(keep).map(|()| true),
            None => Ok(true),
        }
    }

    fn escape(&mut self, keep: bool) -> Result<()> {
        let c = match self.window.at_least(2)?.get(1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(keep),
            _ => return Err(self.broken("an unknown escape")),
        };
        self.window.consume(2);
        self.push(c, keep);
        Ok(())
    }

    fn unicode(&mut self, keep: bool) -> Result<()> {
        let high = self.hex()?;
        let code = if (0xD800..0xDC00).contains(&high) {
            let low = if self.window.at_least(2)?.starts_with(b"\\u") { self.hex()? } else { 0 };
            if !(0xDC00..0xE000).contains(&low) {
                return Err(self.broken("half of a surrogate pair"));
            }
            0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
        } else {
            high
        };
        let c = char::from_u32(code).ok_or_else(|| self.broken("half of a surrogate pair"))?;
        self.push(c, keep);
        Ok(())
    }

    /// Four hexadecimal digits behind `\u`.
    fn hex(&mut self) -> Result<u32> {
        let digits = self.window.at_least(6)?.get(2..6).unwrap_or_default();
        let text = std::str::from_utf8(digits).unwrap_or_default();
        if text.len() != 4 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(self.broken("an unknown escape"));
        }
        let code = u32::from_str_radix(text, 16).unwrap_or_default();
        self.window.consume(6);
        Ok(code)
    }

    fn push(&mut self, c: char, keep: bool) {
        if keep {
            self.scratch.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

/// Whether `text` is a number of JSON, and an integer.
fn number_kind(text: &str) -> Option<bool> {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((m, e)) => (m, Some(e)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((w, f)) => (w, Some(f)),
        None => (mantissa, None),
    };
    let good = digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)));
    good.then_some(fraction.is_none() && exponent.is_none())
}
