//! What of a message stays the same while the code around it changes.

/// A message without what an added line, a moved file or another release of a tool changes: numbers, paths, and what
/// we ourselves append of its severity.
pub(crate) fn neutral(message: &str) -> String {
    let mut rest = message.trim_end();
    rest = rest.strip_suffix("[suppressed by its report]").unwrap_or(rest).trim_end();
    while let Some((before, _)) = rest.strip_suffix(')').and_then(|open| open.rsplit_once(" (")) {
        rest = before.trim_end();
    }
    let mut out = String::with_capacity(rest.len());
    for word in rest.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        if word.contains(['/', '\\']) {
            out.push('/');
            continue;
        }
        let mut digits = false;
        for c in word.chars() {
            if !c.is_ascii_digit() {
                out.push(c);
            } else if !digits {
                out.push('#');
            }
            digits = c.is_ascii_digit();
        }
    }
    out
}
