//! The style of the page and the hash by which the page's own policy lets it in.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::palette::COLOURS;

const SHEET: &str = concat!(include_str!("sheet.css"), include_str!("lists.css"), include_str!("media.css"));

/// All style of one page: the sheet, the colours, and the places of rows in each order.
#[derive(Debug)]
pub(super) struct Style(String);

/// The place of a row in each of the orders that can be chosen.
pub(super) struct Places {
    /// By severity.
    pub(super) severity: usize,
    /// By package.
    pub(super) package: usize,
    /// By tool.
    pub(super) tool: usize,
    /// By file.
    pub(super) file: usize,
}

impl Style {
    /// The style of a page with such rows of findings.
    pub(super) fn of(rows: &[Places]) -> Self {
        let mut out = String::new();
        let day: String = COLOURS.iter().map(|(name, day, _)| format!("--{name}:{day};")).collect();
        let night: String = COLOURS.iter().map(|(name, _, night)| format!("--{name}:{night};")).collect();
        // Writing to a string does not fail.
        let _written = write!(
            out,
            ":root{{color-scheme:light dark;{day}}}\n\
             @media screen and (prefers-color-scheme:dark){{:root{{{night}}}}}\n{SHEET}"
        );
        for (n, p) in rows.iter().enumerate() {
            let Places { severity, package, tool, file } = p;
            let _written = writeln!(out, "#f{n}{{--s:{severity};--p:{package};--t:{tool};--l:{file}}}");
        }
        Self(out)
    }

    /// What stands in the style element.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// Its SHA-256 in Base64, as the page's policy names it.
    pub(super) fn hash(&self) -> String {
        base64(&Sha256::digest(self.0.as_bytes()))
    }
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |n: u32| LETTERS.get(usize::try_from(n % 64).unwrap_or(0)).copied().map_or('A', char::from);
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |sum, n| sum << 8 | u32::from(three.get(n).copied().unwrap_or(0)));
        out.extend((0..=three.len()).map(|n| letter(bits >> (18 - 6 * n))));
        out.extend((three.len()..3).map(|_| '='));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (bytes, letters) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
            ("\u{3ff}\u{fff}", "z7/gv78="),
        ] {
            assert_eq!(base64(bytes.as_bytes()), letters);
        }
    }
}
