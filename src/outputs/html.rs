//! `html`: one file that people open: the verdict first, then the checks, the findings, the coverage, the waivers and
//! the evidence. It holds no script, fetches nothing, and its own policy forbids both; links lead to its own parts.

mod bar;
mod checks;
mod coverage;
mod evidence;
mod findings;
mod head;
mod palette;
mod style;
#[cfg(test)]
mod tests;
mod treemap;
mod waivers;
mod writer;

use std::io;

use self::checks::Checks;
use self::style::Style;
use self::writer::Html;
use super::{Output, Page, words};
use crate::verdict::Verdict;

pub(super) const OUTPUT: Output =
    Output { name: "html", about: "one page for a browser, without script; at most 8 MB", write };

/// A part of the page with a heading.
struct Part {
    /// The markup up to its id and heading.
    opening: &'static str,
    /// The link that leads to it.
    link: &'static str,
    /// How many things it is about, for the link.
    count: u64,
    /// What stands below the heading; empty, it is left out.
    body: Html,
}

fn write(verdict: &Verdict, _: &Page, sink: &mut dyn io::Write) -> io::Result<()> {
    let checks = Checks::of(verdict);
    let (findings, places) = findings::part(verdict, &checks);
    let parts = [
        checks::part(verdict, &checks),
        findings,
        coverage::part(verdict),
        waivers::part(verdict, &checks),
        evidence::part(verdict),
    ];
    let mut page = Html::default();
    open(&mut page, verdict, &Style::of(&places));
    head::banner(&mut page, verdict);
    navigation(&mut page, &parts);
    page.put("<main id=\"main\" tabindex=\"-1\">\n");
    head::reasons(&mut page, verdict, &checks);
    head::subject(&mut page, verdict);
    for part in parts.iter().filter(|p| !p.body.is_empty()) {
        page.put(part.opening).append(&part.body).put("</section>\n");
    }
    page.put("</main>\n<footer><p>").text(&words::verdict_line(verdict)).put("</p>\n<p>portcullis ");
    page.text(&verdict.portcullis).put(" · no script, nothing fetched: this file is all of it</p></footer>\n");
    page.put("</body>\n</html>\n");
    sink.write_all(page.as_bytes())
}

/// Everything before the body.
fn open(page: &mut Html, verdict: &Verdict, style: &Style) {
    page.put("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n").style(style);
    page.put("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.put("<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n");
    page.put("<title>").put(head::headline(verdict)).put(" · ");
    page.text(verdict.policy.name.as_ref().unwrap_or(&verdict.policy.path)).put(" · portcullis</title>\n</head>\n");
    page.put("<body>\n<a class=\"skip\" href=\"#main\">Skip to what decided it</a>\n");
}

fn navigation(page: &mut Html, parts: &[Part]) {
    page.put("<nav aria-label=\"Parts of this page\"><ul>\n");
    for part in parts.iter().filter(|p| !p.body.is_empty()) {
        page.put("<li>").put(part.link).put(" <span class=\"n\">").n(part.count).put("</span></a></li>\n");
    }
    page.put("</ul></nav>\n");
}

/// A table that is a list of cards on a narrow screen. Its roles are said, for a style that lays out rows as boxes takes
/// them away.
fn table(page: &mut Html, opening: &'static str, caption: &'static str, heads: &'static [&'static str], rows: &[Html]) {
    page.put(opening).put("\n<caption>").put(caption).put("</caption>\n<thead role=\"rowgroup\"><tr role=\"row\">");
    for head in heads {
        page.put("<th role=\"columnheader\" scope=\"col\">").put(head).put("</th>");
    }
    page.put("</tr></thead>\n<tbody role=\"rowgroup\">\n");
    for row in rows {
        page.append(row);
    }
    page.put("</tbody></table>\n");
}

/// Says how many of a list are shown, where that is not all of it.
fn cut_note(page: &mut Html, shown: usize, all: usize, order: &'static str) {
    if shown < all {
        page.put("<p class=\"cut\">").n(shown).put(" of ").n(all).put(" shown, ").put(order);
        page.put(". The JSON output holds them all.</p>\n");
    }
}
