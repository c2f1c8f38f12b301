//! The map: an area for each folder and in it for each file, as large as their lines are many, coloured by their share.
//! The list below it says the same in words.

use std::cmp::Reverse;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::folders::{File, Folder, sum};
use super::{Html, percent};
use crate::outputs::html::treemap::{Area, divide};
use crate::outputs::html::writer::short;
use crate::outputs::words::count;
use crate::units::{Quantity as _, Ratio};

/// Folders drawn apart, and files of each; what is beyond is one area.
const FOLDERS: usize = 40;
const FILES: usize = 60;
/// Files drawn apart in all.
const ALL: usize = 1200;
const WHOLE: Area = Area { x: 0.0, y: 0.0, width: 1160.0, height: 380.0 };
/// Characters of a name in a title.
const TITLE: usize = 100;
/// Width of a column of the letters on the map.
const COLUMN: f64 = 6.7;

/// What is drawn of one folder.
struct Block<'a> {
    name: &'a str,
    lines: Ratio,
    parts: Vec<(String, Ratio)>,
}

/// Draws the map, where there is more than one file.
pub(super) fn draw(page: &mut Html, folders: &[Folder<'_>]) {
    if folders.iter().map(|f| f.files.len()).sum::<usize>() < 2 {
        return;
    }
    page.put("<div class=\"map\"><svg fill=\"none\" stroke=\"currentColor\" viewBox=\"0 0 1160 380\" role=\"img\" aria-labelledby=\"map-title\">");
    page.put(
        "<title id=\"map-title\">Lines by folder and file, coloured by how many are covered; the list below says ",
    );
    page.put("the same in words</title>\n");
    let blocks = blocks(folders);
    let sizes: Vec<f64> = blocks.iter().map(|b| b.lines.total.value()).collect();
    for (block, area) in blocks.iter().zip(divide(&sizes, WHOLE)) {
        draw_block(page, block, area.within(1.5, 0.0));
    }
    page.put("</svg>\n<ul class=\"key\" aria-label=\"Colours of the map\">");
    for (class, words) in [
        ("k-0", "90 % and more"),
        ("k-1", "75 to 90 %"),
        ("k-2", "50 to 75 %"),
        ("k-3", "25 to 50 %"),
        ("k-4", "less than 25 %"),
    ] {
        page.put("<li class=\"").put(class).put("\">").put(words).put("</li>");
    }
    page.put("</ul></div>\n");
}

/// The largest folders with their largest files, the rest of each together.
fn blocks<'a>(folders: &'a [Folder<'a>]) -> Vec<Block<'a>> {
    let mut order: Vec<&Folder<'_>> = folders.iter().collect();
    order.sort_by_key(|f| (Reverse(f.lines.total), f.path));
    let (drawn, rest) = order.split_at(order.len().min(FOLDERS));
    let each = FILES.min(ALL / drawn.len().max(1)).max(1);
    let mut all: Vec<Block<'_>> = drawn.iter().map(|f| block(f, each)).collect();
    if !rest.is_empty() {
        let lines = sum(rest.iter().map(|f| f.lines));
        let parts = vec![(format!("{} smaller folders", rest.len()), lines)];
        all.push(Block { name: "smaller folders", lines, parts });
        all.sort_by_key(|b| Reverse(b.lines.total));
    }
    all
}

fn block<'a>(folder: &Folder<'a>, each: usize) -> Block<'a> {
    let mut files: Vec<&File<'_>> = folder.files.iter().collect();
    files.sort_by_key(|f| (Reverse(f.lines.total), f.name));
    let (drawn, rest) = files.split_at(files.len().min(each));
    let mut parts: Vec<(String, Ratio)> = drawn.iter().map(|f| (f.name.to_owned(), f.lines)).collect();
    if !rest.is_empty() {
        parts.push((format!("{} smaller files", rest.len()), sum(rest.iter().map(|f| f.lines))));
        parts.sort_by_key(|(_, lines)| Reverse(lines.total));
    }
    Block { name: if folder.path.is_empty() { "./" } else { folder.path }, lines: folder.lines, parts }
}

fn draw_block(page: &mut Html, block: &Block<'_>, area: Area) {
    page.put("<g>");
    rect(page, "<rect class=\"box\"", area).put("/>");
    let named = area.height > 34.0 && area.width > 60.0;
    if named {
        let words = format!("{} {}", block.name, percent(block.lines));
        let room = area.width - 12.0;
        let words = if tail(&words, room).0 == 0 { &words } else { block.name };
        label(page, "<text class=\"over\"", (area.x + 6.0, area.y + 14.0), words, room);
    }
    let inner = area.within(2.0, if named { 16.0 } else { 0.0 });
    let sizes: Vec<f64> = block.parts.iter().map(|(_, lines)| lines.total.value()).collect();
    for ((name, lines), part) in block.parts.iter().zip(divide(&sizes, inner)) {
        page.put("<g>");
        rect(page, step(*lines), part.within(0.5, 0.0)).put("><title>");
        let (folder, file) = (short(block.name, TITLE), short(name, TITLE));
        page.text(&format!("{folder}/{file}: {} of {} covered, ", lines.covered, count(lines.total, "line")));
        page.text(&percent(*lines)).put("</title></rect>");
        if part.height > 18.0 && part.width > 44.0 {
            label(page, "<text", (part.x + 5.0, part.y + 14.0), name, part.width - 10.0);
        }
        page.put("</g>");
    }
    page.put("</g>\n");
}

/// The colour by the share.
fn step(lines: Ratio) -> &'static str {
    match lines.percent() {
        90.0.. => "<rect class=\"k-0\"",
        75.0.. => "<rect class=\"k-1\"",
        50.0.. => "<rect class=\"k-2\"",
        25.0.. => "<rect class=\"k-3\"",
        _ => "<rect class=\"k-4\"",
    }
}

/// A rectangle, up to the end of its opening.
fn rect<'h>(page: &'h mut Html, opening: &'static str, area: Area) -> &'h mut Html {
    page.put(opening).put(" x=\"").x(area.x).put("\" y=\"").x(area.y).put("\" width=\"").x(area.width);
    page.put("\" height=\"").x(area.height).put("\"")
}

/// A name in the room that there is, its end kept: that is what tells files apart.
fn label(page: &mut Html, opening: &'static str, at: (f64, f64), name: &str, room: f64) {
    let (start, shown) = tail(name, room);
    if !shown.is_empty() {
        page.put(opening).put(" x=\"").x(at.0).put("\" y=\"").x(at.1).put("\">");
        page.put(if start > 0 { "…" } else { "" }).text(shown).put("</text>");
    }
}

/// As much of the end of a name as there is room for, and where that begins.
fn tail(name: &str, room: f64) -> (usize, &str) {
    let fits = |columns: usize| u32::try_from(columns).is_ok_and(|n| f64::from(n) * COLUMN <= room);
    let (mut start, mut columns) = (name.len(), 0);
    for (at, grapheme) in name.grapheme_indices(true).rev() {
        columns += grapheme.width();
        if !fits(columns + usize::from(at > 0)) {
            break;
        }
        start = at;
    }
    (start, name.split_at(start).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_name_is_kept() {
        let room = 6.0 * COLUMN + 0.1;
        for (name, start, shown) in
            [("abc.rs", 0, "abc.rs"), ("abcd.rs", 2, "cd.rs"), ("世界.rs", 3, "界.rs"), ("", 0, "")]
        {
            assert_eq!(tail(name, room), (start, shown));
        }
        assert_eq!(tail("abc", 1.0), (3, ""));
    }
}
