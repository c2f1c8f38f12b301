//! Coverage by folder: a map of where the lines are, and a list that sorts what is not covered first.

mod folders;
mod map;

use self::folders::{Folder, folders};
use super::writer::{Html, Room};
use super::{Part, bar, cut_note};
use crate::outputs::words::{self, count};
use crate::units::{Ratio, show_percent};
use crate::verdict::{Verdict, Violation};

/// Files that are shown, and the room of the list in bytes.
const FILES: usize = 3000;
const BYTES: usize = 1_200_000;
/// Folders whose files are shown at once.
const OPEN: usize = 1;

/// The part of the page.
pub(super) fn part(verdict: &Verdict) -> Part {
    let files = &verdict.beyond.coverage;
    let mut body = Html::default();
    let n = if files.is_empty() { gaps(&mut body, verdict) } else { measured(&mut body, verdict) };
    Part {
        opening: "<section class=\"coverage\" aria-labelledby=\"coverage\"><h2 id=\"coverage\" tabindex=\"-1\">Coverage</h2>\n",
        link: "<a href=\"#coverage\">Coverage",
        count: n,
        body,
    }
}

fn measured(page: &mut Html, verdict: &Verdict) -> u64 {
    let all = folders(&verdict.beyond.coverage);
    let sum = folders::sum(all.iter().map(|f| f.lines));
    let files = words::len(&verdict.beyond.coverage);
    page.put("<p class=\"lead\"><b>").text(&percent(sum)).put("</b> of lines are covered, ").n(sum.covered);
    page.put(" of ").n(sum.total).put(", in ").text(&count(files, "file"));
    page.put(", all reports together: a line is covered if any of them says so.</p>\n");
    map::draw(page, &all);
    page.put("<p class=\"lead\">By folder, the one with most lines that are not covered first:</p>\n");
    let mut room = Room::of(FILES, BYTES);
    let mut shown = 0;
    for (n, folder) in all.iter().enumerate() {
        if !draw_folder(page, folder, n < OPEN, &mut room, &mut shown) {
            break;
        }
    }
    cut_note(page, shown, verdict.beyond.coverage.len(), "the folders with most that is not covered first");
    files
}

pub(super) fn percent(ratio: Ratio) -> String {
    show_percent(ratio.percent(), Some((ratio.covered, ratio.total)), &[])
}

/// A folder with its files; `false` where there is no room for all of them.
fn draw_folder(page: &mut Html, folder: &Folder<'_>, open: bool, room: &mut Room, shown: &mut usize) -> bool {
    page.put(if open { "<details class=\"folder\" open>" } else { "<details class=\"folder\">" });
    page.put("<summary><span class=\"name\">").code(if folder.path.is_empty() { "./" } else { folder.path });
    page.put("</span> ");
    bar::share(page, folder.lines.percent());
    page.put(" <span class=\"value\">").text(&percent(folder.lines)).put("</span> <span class=\"limits\">");
    page.n(folder.lines.total - folder.lines.covered.min(folder.lines.total)).put(" of ").n(folder.lines.total);
    page.put(" lines not covered, ").text(&count(words::len(&folder.files), "file")).put("</span></summary>\n");
    page.put("<table><caption class=\"unseen\">Files of this folder</caption><thead><tr><th scope=\"col\">File</th>");
    page.put("<th scope=\"col\"><span class=\"unseen\">Share, drawn</span></th><th scope=\"col\">Covered</th>");
    page.put("<th scope=\"col\">Not covered</th></tr></thead><tbody>\n");
    let mut whole = true;
    for file in &folder.files {
        let mut row = Html::default();
        row.put("<tr><th scope=\"row\">").code(file.name).put("</th><td>");
        bar::share(&mut row, file.lines.percent());
        row.put("</td><td class=\"num\">").text(&percent(file.lines)).put("</td><td class=\"num\">");
        row.n(file.lines.total - file.lines.covered.min(file.lines.total)).put(" of ").n(file.lines.total);
        row.put("</td></tr>\n");
        whole = room.takes(&row);
        if !whole {
            break;
        }
        page.append(&row);
        *shown += 1;
    }
    page.put("</tbody></table></details>\n");
    whole
}

/// Where only the JSON is known: the files that the checks of coverage name, in their words.
fn gaps(page: &mut Html, verdict: &Verdict) -> u64 {
    let mut all: Vec<&Violation> = Vec::new();
    for check in verdict.checks.iter().filter(|c| &*c.gate == "coverage") {
        all.extend(&check.violations);
    }
    all.sort_by(|a, b| (&a.id, &a.message).cmp(&(&b.id, &b.message)));
    all.dedup_by(|a, b| a.id == b.id && a.message == b.message);
    if all.is_empty() {
        return 0;
    }
    page.put("<p class=\"lead\">The files that the checks of coverage name. Figures of every file stand in a page ");
    page.put(
        "that is written by the run itself.</p>\n<div class=\"scroll\"><table><caption class=\"unseen\">Files that ",
    );
    page.put("are not wholly covered</caption><thead><tr><th scope=\"col\">File</th><th scope=\"col\">What is not ");
    page.put("covered</th></tr></thead><tbody>\n");
    let mut room = Room::of(FILES, BYTES);
    let mut shown = 0;
    for gap in &all {
        let mut row = Html::default();
        let place = gap.location.as_ref().map_or_else(|| gap.id.to_string(), words::place);
        row.put("<tr><th scope=\"row\">").code(&place).put("</th><td>").said(&gap.message).put("</td></tr>\n");
        if !room.takes(&row) {
            break;
        }
        page.append(&row);
        shown += 1;
    }
    page.put("</tbody></table></div>\n");
    cut_note(page, shown, all.len(), "by name");
    words::len(&all)
}
