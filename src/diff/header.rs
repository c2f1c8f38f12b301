//! The lines of a diff that say what follows: of a file as git writes them, of a hunk.

use super::path;

/// What git says of a file before its hunks.
#[derive(Default)]
pub(super) struct Header<'a> {
    pub(super) names: Option<(Vec<u8>, Vec<u8>)>,
    pub(super) from: Option<Vec<u8>>,
    to: Option<Vec<u8>>,
    /// The blob that it is now.
    index: Option<&'a [u8]>,
    added: bool,
    pub(super) deleted: bool,
    pub(super) renamed: bool,
    /// It stayed in part the same, so that lines must follow.
    similar: bool,
    /// It has another mode, and perhaps nothing else.
    mode: bool,
    /// A link or a submodule: it has no lines of its own.
    pub(super) linked: bool,
}

impl<'a> Header<'a> {
    pub(super) fn of(names: Option<(Vec<u8>, Vec<u8>)>) -> Self {
        Self { names, ..Self::default() }
    }

    /// Takes one line of it; `false`: it is none.
    pub(super) fn takes(&mut self, line: &'a [u8]) -> bool {
        let after = |word: &str| line.strip_prefix(word.as_bytes());
        let is_linked = |mode: &[u8]| mode.starts_with(b"12") || mode.starts_with(b"16");
        if let Some(mode) = after("new file mode ") {
            (self.added, self.linked) = (true, is_linked(mode));
        } else if let Some(mode) = after("deleted file mode ") {
            (self.deleted, self.linked) = (true, is_linked(mode));
        } else if let Some(blobs) = after("index ") {
            let mut words = blobs.split(|b| *b == b' ');
            let range = words.next().unwrap_or_default();
            self.linked |= words.next().is_some_and(is_linked);
            self.index = range.rsplit(|b| *b == b'.').next();
        } else if let Some(name) = after("rename from ").or_else(|| after("copy from ")) {
            (self.from, self.renamed) = (Some(path::stated(name)), line.starts_with(b"rename"));
        } else if let Some(name) = after("rename to ").or_else(|| after("copy to ")) {
            self.to = Some(path::stated(name));
        } else if let Some(share) = after("similarity index ").or_else(|| after("dissimilarity index ")) {
            self.similar = share != b"100%";
        } else if after("old mode ").or_else(|| after("new mode ")).is_some() {
            self.mode = true;
        } else {
            return false;
        }
        true
    }

    /// Whether lines must follow and did not. An empty file that comes has none; of one that goes they may be left out.
    pub(super) fn lacks_lines(&self) -> bool {
        const EMPTY: [&[u8]; 2] = [b"e69de29", b"473a0f4"];
        let is_empty = |blob: &[u8]| EMPTY.iter().any(|e| blob.starts_with(e));
        match self.index {
            _ if self.deleted || self.linked => false,
            Some(blob) => !(self.added && is_empty(blob)),
            None => self.similar || !(self.added || self.mode || self.to.is_some()),
        }
    }

    /// The file's name as it is now, or as it was where it is gone.
    pub(super) fn place(&self, old: Option<Vec<u8>>, new: Option<Vec<u8>>) -> Option<Vec<u8>> {
        if let Some(to) = &self.to {
            return Some(to.clone());
        }
        let stated = old.clone().zip(new.clone());
        let names = self.names.clone().or(stated);
        if let (Some((_, named)), Some(new)) = (&self.names, &new)
            && named != new
        {
            return None;
        }
        let target = new.or(old.clone()).or_else(|| self.names.clone().map(|(_, new)| new))?;
        let strips = match &names {
            Some((a, b)) if a == b => false,
            Some((a, b)) if path::behind(a).is_some() && path::behind(a) == path::behind(b) => true,
            Some((a, _)) => a.starts_with(b"a/") && target.starts_with(b"b/"),
            None => target.starts_with(b"b/") || old.is_some() && target.starts_with(b"a/"),
        };
        if strips { path::behind(&target).map(<[u8]>::to_vec) } else { Some(target) }
    }
}

/// `@@ -1,2 +3,4 @@`: how many old lines, the first new line, how many new lines.
pub(super) fn hunk(line: &[u8]) -> Option<(u32, u32, u32)> {
    let text = std::str::from_utf8(line.get(..line.len().min(80))?).or_else(|e| {
        // What stands behind the second `@@` is the user's, in any encoding.
        std::str::from_utf8(line.get(..e.valid_up_to()).unwrap_or_default())
    });
    let (ranges, _) = text.ok()?.strip_prefix("@@ -")?.split_once(" @@")?;
    let (old, new) = ranges.split_once(" +")?;
    let number = |t: &str| crate::units::plain_u64(t).and_then(|n| u32::try_from(n).ok());
    let range = |t: &str| match t.split_once(',') {
        Some((from, count)) => number(from).zip(number(count)),
        None => number(t).map(|from| (from, 1)),
    };
    let ((_, old), (from, count)) = (range(old)?, range(new)?);
    from.checked_add(count)?.checked_add(1)?;
    Some((old, from, count))
}

/// A header without the break that another system put at its end.
pub(super) fn unbroken(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}
