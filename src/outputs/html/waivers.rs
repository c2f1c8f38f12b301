//! The waivers by their end, the next first.

use jiff::civil::Date;

use super::checks::Checks;
use super::writer::{Html, Room};
use super::{Part, cut_note, table};
use crate::outputs::words::{self, WaivedGroup, count, few};
use crate::verdict::{Verdict, WaiverEntry};

/// Waivers that are shown, and their room in bytes.
const ROWS: usize = 1000;
const BYTES: usize = 500_000;
/// A waiver that ends within so many days is marked.
const SOON: i32 = 14;

/// The part of the page.
pub(super) fn part(verdict: &Verdict, checks: &Checks) -> Part {
    let groups = words::waived(verdict);
    let mut entries: Vec<&WaiverEntry> = verdict.waivers.iter().collect();
    entries.sort_by(|a, b| (&a.expires, &a.id).cmp(&(&b.expires, &b.id)));
    let of = |e: &WaiverEntry| {
        let same = |g: &&WaivedGroup<'_>| {
            let w = g.waived;
            (&w.waiver, &w.owner, w.expires.as_ref()) == (&e.id, &e.owner, Some(&e.expires))
        };
        groups.iter().find(same)
    };
    let mut rows: Vec<Html> = entries.iter().map(|e| policy_row(e, of(e), verdict, checks)).collect();
    let known = |g: &&WaivedGroup<'_>| entries.iter().any(|e| of(e).is_some_and(|o| std::ptr::eq(o, *g)));
    rows.extend(groups.iter().filter(|g| !known(g)).map(|g| other_row(g, verdict, checks)));
    let all = rows.len();
    let mut room = Room::of(ROWS, BYTES);
    let shown: Vec<Html> = rows.into_iter().take_while(|row| room.takes(row)).collect();
    let mut body = Html::default();
    if !shown.is_empty() {
        cut_note(&mut body, shown.len(), all, "those that end first");
        let heads = &["Ends", "Waiver", "Owner", "Status", "Reason"];
        let caption = "By their last day (UTC), the next first.";
        table(&mut body, "<table role=\"table\" class=\"list waiver-list\">", caption, heads, &shown);
    }
    Part {
        opening: "<section class=\"waivers\" aria-labelledby=\"waivers\"><h2 id=\"waivers\" tabindex=\"-1\">Waivers</h2>\n",
        link: "<a href=\"#waivers\">Waivers",
        count: u64::try_from(all).unwrap_or(u64::MAX),
        body,
    }
}

/// A waiver of the policy.
fn policy_row(e: &WaiverEntry, group: Option<&WaivedGroup<'_>>, verdict: &Verdict, checks: &Checks) -> Html {
    let mut page = Html::default();
    let days = days_left(&verdict.evaluated_at, &e.expires);
    let soon = days.is_some_and(|d| (0..=SOON).contains(&d)) && &*e.status != "expired";
    page.put(if soon { "<tr role=\"row\" class=\"soon\">" } else { "<tr role=\"row\">" });
    page.put("<td role=\"cell\" data-label=\"Ends\"><span class=\"day\">").said(&e.expires).put("</span>");
    if let Some(days) = days {
        page.put(if soon { " <span class=\"mark\">" } else { " <span class=\"soft\">" });
        page.text(&in_days(days)).put("</span>");
    }
    page.put("</td>\n<th role=\"rowheader\" scope=\"row\" data-label=\"Waiver\">").code(&e.id);
    page.put("</th>\n<td role=\"cell\" data-label=\"Owner\">").said(&e.owner);
    page.put("</td>\n<td role=\"cell\" data-label=\"Status\"><span class=\"state w-");
    page.put(match &*e.status {
        "used" => "used",
        "unused" => "unused",
        "expired" | "beyond-horizon" => "void",
        _ => "other",
    });
    page.put("\">").said(&e.status).put("</span>");
    if e.matched > 0 {
        page.put(" <span class=\"soft\">").text(&count(e.matched, "finding")).put(" not counted</span>");
    }
    page.put("</td>\n<td role=\"cell\" data-label=\"Reason\">");
    match group {
        Some(group) => reason(&mut page, group, verdict, checks),
        None => {
            page.put("<span class=\"soft\">in the policy</span>");
        }
    }
    page.put("</td></tr>\n");
    page
}

/// What something else than a waiver of the policy takes out of the count: a maker's statement.
fn other_row(group: &WaivedGroup<'_>, verdict: &Verdict, checks: &Checks) -> Html {
    let waived = group.waived;
    let mut page = Html::default();
    page.put("<tr role=\"row\"><td role=\"cell\" data-label=\"Ends\">");
    match &waived.expires {
        Some(day) => page.said(day),
        None => page.put("<span class=\"soft\">no end</span>"),
    };
    page.put("</td>\n<th role=\"rowheader\" scope=\"row\" data-label=\"Waiver\">").code(&waived.waiver);
    page.put("</th>\n<td role=\"cell\" data-label=\"Owner\">").said(&waived.owner);
    page.put("</td>\n<td role=\"cell\" data-label=\"Status\"><span class=\"state w-used\">used</span>");
    page.put("</td>\n<td role=\"cell\" data-label=\"Reason\">");
    reason(&mut page, group, verdict, checks);
    page.put("</td></tr>\n");
    page
}

/// Why, and what it keeps out of which count.
fn reason(page: &mut Html, group: &WaivedGroup<'_>, verdict: &Verdict, checks: &Checks) {
    page.said(&group.waived.reason).put("<span class=\"soft\">keeps ").said(&few(&group.what, 4)).put(" out of ");
    let mut gap = "";
    for id in group.checks.iter().take(4) {
        page.put(gap);
        match verdict.checks.iter().position(|c| c.id == **id) {
            Some(n) => checks.link(page, n, id),
            None => {
                page.code(id);
            }
        }
        gap = ", ";
    }
    if group.checks.len() > 4 {
        page.put(" and ").n(group.checks.len() - 4).put(" more");
    }
    page.put("</span>");
}

/// Days from the day of the run to the last day of a waiver.
fn days_left(now: &str, expires: &str) -> Option<i32> {
    let today: Date = now.get(..10)?.parse().ok()?;
    let last: Date = expires.parse().ok()?;
    Some(today.until(last).ok()?.get_days())
}

fn in_days(days: i32) -> String {
    let n = u64::from(days.unsigned_abs());
    match days {
        0 => "ends today".to_owned(),
        1.. => format!("in {}", count(n, "day")),
        _ => format!("ended {} ago", count(n, "day")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_to_the_last_day() {
        for (expires, left, words) in [
            ("2026-11-23", Some(0), "ends today"),
            ("2026-11-24", Some(1), "in 1 day"),
            ("2026-12-07", Some(14), "in 14 days"),
            ("2027-11-23", Some(365), "in 365 days"),
            ("2026-11-20", Some(-3), "ended 3 days ago"),
            ("soon", None, ""),
        ] {
            let days = days_left("2026-11-23T23:59:00Z", expires);
            assert_eq!(days, left, "{expires}");
            assert_eq!(days.map(in_days).unwrap_or_default(), words);
        }
    }
}
