use super::*;

/// Each file as `path`, `old -> path`, with what is said of it.
fn shown(bytes: &[u8]) -> std::result::Result<Vec<String>, String> {
    let one = |f: &File| {
        let from = f.renamed_from.as_ref().map(|old| format!("{old} -> ")).unwrap_or_default();
        let words = [(f.file.deleted, " deleted"), (f.file.binary, " binary")];
        let words: String = words.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
        let lines = if f.file.lines.is_empty() { String::new() } else { format!(" {}", f.file.lines) };
        format!("{from}{}{lines}{words}", f.path)
    };
    parse(bytes).map(|files| files.iter().map(one).collect())
}

fn refused(bytes: &[u8]) -> String {
    match shown(bytes) {
        Ok(files) => panic!("{files:?}: {}", String::from_utf8_lossy(bytes)),
        Err(why) => why,
    }
}

const TWO_HUNKS: &str = "\
diff --git a/src/a.rs b/src/a.rs
index 1111111..2222222 100644
--- a/src/a.rs
+++ b/src/a.rs
@@ -1,3 +1,4 @@ fn a() {
 one
-two
+zwei
+drei
 vier
@@ -10 +11,0 @@
-gone
@@ -20,0 +21 @@
+new
";

#[test]
fn git_names_files_in_many_ways() {
    for (text, expect) in [
        (TWO_HUNKS, &["src/a.rs 2-3, 21"][..]),
        ("", &[]),
        ("\n", &[]),
        // A new file, a deleted one, an empty one.
        (
            "diff --git a/n b/n\nnew file mode 100644\nindex 0000000..1\n--- /dev/null\n+++ b/n\n@@ -0,0 +1,2 @@\n+x\n+y\n\\ No newline at end of file\n",
            &["n 1-2"],
        ),
        (
            "diff --git a/o b/o\ndeleted file mode 100644\nindex 1..0000000\n--- a/o\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n",
            &["o deleted"],
        ),
        ("diff --git a/e b/e\nnew file mode 100644\nindex 0000000..e69de29\n", &["e"]),
        ("diff --git a/e b/e\ndeleted file mode 100644\nindex e69de29..0000000\n", &["e deleted"]),
        // Renames, whole and in part; a copy is a new file.
        ("diff --git a/o b/d/n\nsimilarity index 100%\nrename from o\nrename to d/n\n", &["o -> d/n"]),
        (
            "diff --git a/o b/n\nsimilarity index 90%\nrename from o\nrename to n\nindex 1..2 100644\n--- a/o\n+++ b/n\n@@ -5 +5 @@\n-x\n+y\n",
            &["o -> n 5"],
        ),
        ("diff --git a/o b/n\nsimilarity index 100%\ncopy from o\ncopy to n\n", &["n"]),
        ("diff --git a/m b/m\nold mode 100644\nnew mode 100755\n", &["m"]),
        // Binary, in words and as a patch.
        ("diff --git a/i.png b/i.png\nindex 1..2 100644\nBinary files a/i.png and b/i.png differ\n", &["i.png binary"]),
        (
            "diff --git a/i.png b/i.png\nindex 1..2 100644\nGIT binary patch\nliteral 2\nJcmZQz\n\nliteral 0\nHcmV?d00001\n\ndiff --git a/m b/m\nold mode 100644\nnew mode 100755\n",
            &["i.png binary", "m"],
        ),
        // Other letters in front, none, and a folder that is called as a letter in front is.
        ("diff --git i/x b w/x b\nindex 1..2 100644\n--- i/x b\t\n+++ w/x b\t\n@@ -1 +1 @@\n-x\n+y\n", &["x b 1"]),
        ("diff --git src/x src/x\nindex 1..2 100644\n--- src/x\n+++ src/x\n@@ -1 +1 @@\n-x\n+y\n", &["src/x 1"]),
        (
            "diff --git b/x b/x\nnew file mode 100644\nindex 0000000..1\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+y\n",
            &["b/x 1"],
        ),
        // A link and a submodule have no lines of their own; a file that becomes a link is gone.
        (
            "diff --git a/s b/s\nindex 1..2 160000\n--- a/s\n+++ b/s\n@@ -1 +1 @@\n-Subproject commit 1\n+Subproject commit 2\n",
            &["s"],
        ),
        (
            "diff --git a/l b/l\ndeleted file mode 100644\nindex 1..0000000\n--- a/l\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\ndiff --git a/l b/l\nnew file mode 120000\nindex 0000000..2\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+t\n\\ No newline at end of file\n",
            &["l"],
        ),
        // Lines that look like headers, inside a hunk.
        (
            "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n--- a/y\n+++ b/y\n-@@ -1 +1 @@\n+diff --git a/z b/z\n \n",
            &["x 1-2"],
        ),
    ] {
        assert_eq!(shown(text.as_bytes()).unwrap(), expect, "{text}");
    }
}

#[test]
fn quoted_and_other_names_are_read() {
    let of = |name: &[u8]| {
        let mut text = b"diff --git ".to_vec();
        let with = |prefix: &str| match name.strip_prefix(b"\"") {
            Some(rest) => [b"\"", prefix.as_bytes(), rest].concat(),
            None => [prefix.as_bytes(), name].concat(),
        };
        text.extend([with("a/"), b" ".to_vec(), with("b/"), b"\nindex 1..2 100644\n--- ".to_vec()].concat());
        text.extend([with("a/"), b"\n+++ ".to_vec(), with("b/"), b"\n@@ -1 +1 @@\n-x\n+y\n".to_vec()].concat());
        shown(&text).unwrap()
    };
    for (name, expect) in [
        (&b"\"t\\303\\244st.rs\""[..], "täst.rs 1"),
        ("täst.rs".as_bytes(), "täst.rs 1"),
        (b"\"a\\tb\\\"c\\\\d\"", "a\tb\"c\\d 1"),
        (b"with some space.rs", "with some space.rs 1"),
        (b"t\xe4st.rs", "t\u{fffd}st.rs 1"),
        (b"\"t\\344st.rs\"", "t\u{fffd}st.rs 1"),
    ] {
        assert_eq!(of(name), [expect], "{}", String::from_utf8_lossy(name));
    }
}

#[test]
fn other_tools_write_them_too() {
    for (text, expect) in [
        // diff -u, with times behind a tab; of two folders; with a new file.
        (
            "--- x.c.orig\t2026-01-01 00:00:00 +0000\n+++ x.c\t2026-01-02 00:00:00 +0000\n@@ -1 +1,2 @@\n-a\n+b\n+c\n",
            &["x.c 1-2"][..],
        ),
        ("diff -ru old/x.c new/x.c\n--- old/x.c\tT\n+++ new/x.c\tT\n@@ -1 +1 @@\n-a\n+b\n", &["x.c 1"]),
        ("--- /dev/null\n+++ b/x.c\n@@ -0,0 +1 @@\n+b\n", &["x.c 1"]),
        ("Binary files old/i and new/i differ\n", &["i binary"]),
        // Subversion, Mercurial.
        (
            "Index: x.c\n===================\n--- x.c\t(revision 1)\n+++ x.c\t(working copy)\n@@ -1 +1 @@\n-a\n+b\n\nProperty changes on: x.c\n____\nAdded: svn:eol-style\n## -0,0 +1 ##\n+native\n",
            &["x.c 1"],
        ),
        (
            "# HG changeset patch\n# User u\ndiff -r 1 x.c\n--- a/x.c\tThu Jan 01\n+++ b/x.c\tThu Jan 02\n@@ -1,1 +1,1 @@\n-a\n+b\n",
            &["x.c 1"],
        ),
        // A mail and a commit.
        (
            "From 1 Mon Sep 17\nSubject: [PATCH] x\n\n- a point\n---\n x | 2 +-\n\ndiff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n-- \n2.47.3\n\n",
            &["x 1"],
        ),
    ] {
        assert_eq!(shown(text.as_bytes()).unwrap(), expect, "{text}");
        // As another system breaks lines, and with a mark at the front.
        let other = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(shown(other.as_bytes()).unwrap(), expect, "{text}");
    }
}

#[test]
fn a_diff_that_does_not_hold_together_is_refused_at_its_line() {
    let hunk = |hunk: &str| format!("--- a/x\n+++ b/x\n{hunk}");
    for (text, line, why) in [
        (hunk("@@ -1 +1,2 @@\n-a\n+b\n"), "line 3", "cut off"),
        (hunk("@@ -1 +1 @@\n-a\n+b\n+c\n"), "line 6", "belongs to no hunk"),
        (hunk("@@ -1 +1 @@\n+b\n+c\n-a\n"), "line 5", "states other numbers"),
        (hunk("@@ -1 +1,2 @@\n-a\n+b\ndiff --git a/y b/y\n"), "line 6", "not complete"),
        (hunk("@@ -1 +1 @@\n-a\n+b\n@@ -1 +1 @@\n-a\n+b\n"), "line 6", "out of order"),
        (hunk("@@ -1 +0,1 @@\n-a\n+b\n"), "line 3", "out of order"),
        (hunk("@@ -1 +x @@\n-a\n+b\n"), "line 3", "no header of a hunk"),
        (hunk("@@ -1 +4294967295,9 @@\n-a\n+b\n"), "line 3", "no header of a hunk"),
        (hunk("@@@ -1 -1 +1 @@@\n"), "line 3", "no header of a hunk"),
        (hunk(""), "line 2", "cut off"),
        (hunk("@@ -1 +1 @@\n-a\n[-b-]\n"), "line 5", "no line of the hunk"),
        ("--- a/x\n+++ /dev/null\n@@ -1 +1 @@\n-a\n+b\n@@ -2 +2 @@\n-a\n+b".into(), "", "does not end"),
        ("@@ -1 +1 @@\n-a\n+b\n".into(), "line 1", "a hunk of no file"),
        ("diff --git a/x b/x\n".into(), "line 1", "cut off"),
        ("diff --git a/x b/x\nindex 1..2 100644\n".into(), "line 1", "cut off"),
        ("diff --git a/x b/x\nnew file mode 100644\nindex 0000000..2\n".into(), "line 1", "cut off"),
        ("diff --git a/x b/y\nsimilarity index 90%\nrename from x\nrename to y\n".into(), "line 1", "cut off"),
        ("diff --git a/x b/x\nindex 1..2\n--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n".into(), "line 1", "cannot be told"),
        (
            "diff --git a/x b/x\ndeleted file mode 1\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n".into(),
            "line 1",
            "gone and has new lines",
        ),
        ("diff --cc x\nindex 1,2..3\n--- a/x\n+++ b/x\n@@@ -1 -1 +1 @@@\n- a\n -b\n++c\n".into(), "line 1", "combined"),
        (format!("{TWO_HUNKS}{TWO_HUNKS}"), "line 15", "twice"),
        (format!("{TWO_HUNKS}\ncommit 1\nAuthor: a\n"), "line 16", "more than one diff"),
        (format!("{TWO_HUNKS}Only in new: y.rs\n"), "line 15", "diff -N"),
        ("hello\n".into(), "", "no unified diff"),
        (" x.rs | 2 +-\n 1 file changed\n".into(), "", "no unified diff"),
        ("\u{1b}[1mdiff --git a/x b/x\u{1b}[m\n".into(), "", "--no-color"),
        ("*** a/x\n--- b/x\n***************\n".into(), "", "no unified diff"),
    ] {
        let said = refused(text.as_bytes());
        assert!(said.starts_with(line) && said.contains(why), "{said}\n{text}");
    }
    assert!(refused(b"\xff\xfed\0i\0f\0f\0").contains("UTF-16"));
}

/// Wherever it is cut, it is refused, or it ends behind a whole hunk.
#[test]
fn a_diff_that_is_cut_anywhere_never_shows_half_a_hunk() {
    let whole = shown(TWO_HUNKS.as_bytes()).unwrap();
    let ends: Vec<usize> = ["@@ -10", "@@ -20"].iter().map(|h| TWO_HUNKS.find(h).unwrap()).collect();
    for end in 1..TWO_HUNKS.len() {
        match shown(&TWO_HUNKS.as_bytes()[..end]) {
            Err(_) => {}
            Ok(files) => {
                assert!(ends.contains(&end), "{end}: {files:?}");
                assert_ne!(files, whole);
            }
        }
    }
}
