//! The window, one byte at a time.

use std::io::Read;

use super::*;

/// Gives one byte at a time, so that every boundary is met.
struct Drip<'a>(&'a [u8]);

impl Read for Drip<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.0.len().min(1).min(buf.len());
        buf[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

fn all(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut window = Window::new(Drip(bytes), 1000);
    while window.more()? {}
    Ok(window.rest().to_vec())
}

#[test]
fn one_byte_order_mark_is_passed_over_and_two_are_not() {
    assert_eq!(all(b"\xEF\xBB\xBFab").unwrap(), b"ab");
    assert_eq!(all(b"\xEF\xBB\xBF\xEF\xBB\xBFab").unwrap(), "\u{feff}ab".as_bytes());
    assert_eq!(all(b"ab").unwrap(), b"ab");
    assert_eq!(all(b"").unwrap(), b"");
    assert_eq!(all(b"a").unwrap(), b"a");
}

#[test]
fn other_encodings_are_refused_at_their_line() {
    assert!(all(b"\xFF\xFEa\0").unwrap_err().to_string().contains("UTF-16"));
    assert_eq!(all(b"a\nb\xFFc").unwrap_err().line, Some(2));
    assert!(all("aé".as_bytes().split_last().unwrap().1).unwrap_err().to_string().contains("middle"));
    assert_eq!(all("aé".as_bytes()).unwrap(), "aé".as_bytes());
}

#[test]
fn lines_come_without_their_ends_and_errors_with_their_number() {
    let mut window = Window::new(Drip(b"a\r\n\nb"), 1000);
    let mut lines = Vec::new();
    while let Some(line) = window.line_with(|l| Ok(l.to_owned())).unwrap() {
        lines.push(line);
    }
    assert_eq!(lines, ["a", "", "b"]);
    let mut window = Window::of(b"a\nb\n");
    window.line_with(|_| Ok(())).unwrap();
    assert_eq!(window.line_with(|l| Err::<(), _>(l.to_owned())).unwrap_err().to_string(), "line 2: b");
    let long = vec![b'a'; LONGEST_TOKEN + 2 * CHUNK];
    assert!(Window::of(&long).line_with(|_| Ok(())).is_err());
}

#[test]
fn a_file_over_its_limit_is_refused_and_the_digest_is_of_every_byte() {
    let mut window = Window::new(Drip(b"abcdef"), 3);
    assert!(std::iter::repeat_with(|| window.more()).find(|r| r.is_err()).is_some());
    let window = Window::of(b"abc");
    let digested = window.finish().unwrap();
    assert_eq!(digested.bytes, 3);
    assert_eq!(digested.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
