//! The book: every page is in its summary, every link leads somewhere, every session and policy in it is run.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use common::{files_below, repository};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// The pages of the book and those at the root, by path from the repository.
fn pages() -> Vec<PathBuf> {
    let root = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"].map(PathBuf::from);
    let book = files_below(&repository().join("docs")).into_iter().filter(|file| file.ends_with(".md"));
    root.into_iter().chain(book.map(|file| Path::new("docs").join(file))).collect()
}

fn text(page: &Path) -> String {
    std::fs::read_to_string(repository().join(page)).unwrap()
}

/// Where the links of a page lead.
fn links(text: &str) -> Vec<String> {
    let links = Parser::new(text).filter_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.into_string()),
        _ => None,
    });
    links.collect()
}

/// The anchors of a page's headings, as GitHub and mdBook make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let (mut all, mut heading) = (BTreeSet::new(), None::<String>);
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(part) | Event::Code(part) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&part);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let words = heading.take().unwrap_or_default().to_lowercase();
                let kept = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
                all.insert(kept.map(|c| if c == ' ' { '-' } else { c }).collect());
            }
            _ => {}
        }
    }
    all
}

#[test]
fn every_link_leads_somewhere() {
    let mut followed = 0;
    for page in pages() {
        for link in links(&text(&page)) {
            let (path, anchor) =
                link.split_once('#').map_or((link.as_str(), None), |(path, anchor)| (path, Some(anchor)));
            if path.contains("://") || path.starts_with("mailto:") {
                assert!(!path.starts_with("http://"), "{}: {link}", page.display());
                continue;
            }
            let target = if path.is_empty() { page.clone() } else { page.parent().unwrap().join(path) };
            assert!(repository().join(&target).exists(), "{}: {link}", page.display());
            if let Some(anchor) = anchor {
                let known = anchors(&text(&target));
                assert!(known.contains(anchor), "{}: {link}, known are {known:?}", page.display());
            }
            followed += 1;
        }
    }
    assert!(followed > 20, "{followed}");
}

/// A page of the book leads nowhere outside it, where the book has nothing to show.
#[test]
fn the_book_stays_in_its_folder() {
    for page in pages().iter().filter(|page| page.starts_with("docs")) {
        let depth = page.components().count() - 2;
        for link in links(&text(page)).iter().filter(|link| !link.contains("://")) {
            assert!(link.matches("../").count() <= depth, "{}: {link}", page.display());
        }
    }
}

#[test]
fn every_page_is_in_the_summary_once() {
    let mut listed = BTreeMap::new();
    for link in links(&text(Path::new("docs/SUMMARY.md"))) {
        *listed.entry(link).or_insert(0) += 1;
    }
    assert!(listed.values().all(|times| *times == 1), "{listed:?}");
    let files = files_below(&repository().join("docs")).into_iter();
    let pages: BTreeSet<String> = files.filter(|file| file.ends_with(".md") && file != "SUMMARY.md").collect();
    assert_eq!(listed.into_keys().collect::<BTreeSet<_>>(), pages);
}

/// `docs/*.md` is run by tests/readme.rs.
#[test]
fn the_sessions_of_the_how_tos_print_what_they_say() {
    trycmd::TestCases::new().env("COLUMNS", "80").env("NO_COLOR", "1").case("docs/how-to/*.md");
}

/// The fenced blocks of a page: language and text.
fn blocks(text: &str) -> Vec<(String, String)> {
    let (mut all, mut open) = (Vec::new(), None);
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => open = Some((language, String::new())),
            Event::Text(part) => {
                if let Some((_, text)) = &mut open {
                    text.push_str(&part);
                }
            }
            Event::End(TagEnd::CodeBlock) => all.extend(open.take().map(|(l, t)| (l.into_string(), t))),
            _ => {}
        }
    }
    all
}

#[test]
fn the_policies_of_the_how_tos_are_good() {
    let mut checked = 0;
    for page in pages().iter().filter(|page| page.starts_with("docs/how-to")) {
        for (_, policy) in blocks(&text(page)).iter().filter(|(language, _)| language == "toml") {
            let folder = common::Folder::new();
            let ran = folder.write("p.toml", policy).run(&["policy", "check", "-p", "p.toml"]);
            assert_eq!(ran.code, Some(0), "{}: {}", page.display(), ran.err);
            checked += 1;
        }
    }
    assert!(checked > 0);
}

/// The command lines that pages show are ones that the program takes: every option and subcommand exists.
#[test]
fn the_commands_that_are_shown_exist() {
    let mut seen = BTreeSet::new();
    for page in pages().iter().filter(|page| *page != Path::new("CHANGELOG.md")) {
        for (_, text) in
            blocks(&text(page)).into_iter().filter(|(l, _)| ["sh", "yaml", "groovy", "console"].contains(&l.as_str()))
        {
            let text = text.replace("\\\n", " ");
            for line in text.split(['\n', '\'']).filter_map(|line| line.split_once("portcullis ").map(|(_, rest)| rest))
            {
                let mut words = line.split_whitespace();
                seen.extend(
                    words.next().filter(|word| word.bytes().all(|b| b.is_ascii_lowercase())).map(str::to_owned),
                );
            }
        }
    }
    assert!(seen.contains("check"), "{seen:?}");
    let help = common::Folder::new().run(&["--help"]).out;
    for command in seen {
        assert!(help.contains(&format!("  {command} ")), "portcullis {command} is shown");
    }
}

fn git(folder: &Path, args: &[&str]) -> String {
    let who = ["-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false"];
    let ran = std::process::Command::new("git").args(who).args(args).current_dir(folder).output().unwrap();
    assert!(ran.status.success(), "{args:?}: {ran:?}");
    String::from_utf8(ran.stdout).unwrap().trim().to_owned()
}

/// The step of the fork's page that takes the diff: it sees the fork's change alone, and checks nothing of it out.
#[test]
fn the_diff_of_a_fork_is_taken_without_its_code() {
    let page = text(Path::new("docs/how-to/github-forks.md"));
    let yaml = blocks(&page).into_iter().filter(|(l, _)| l == "yaml").nth(1).unwrap().1;
    let workflow: serde_json::Value = serde_saphyr::from_str(&yaml).unwrap();
    let steps = workflow["jobs"]["gate"]["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["name"] == "Take the diff").unwrap();

    let folder = common::Folder::new();
    let (origin, here) = (folder.path().join("origin"), folder.path().join("here"));
    folder.write("origin/a.txt", "one\n").write("temp/x", "");
    git(&origin, &["init", "-q", "-b", "main"]);
    git(&origin, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    git(&origin, &["add", "."]);
    git(&origin, &["commit", "-qm", "first"]);
    git(&origin, &["checkout", "-qb", "fork"]);
    folder.write("origin/theirs.txt", "theirs\n").write("origin/.gitattributes", "* diff=evil\n");
    git(&origin, &["add", "."]);
    git(&origin, &["commit", "-qm", "theirs"]);
    let head = git(&origin, &["rev-parse", "HEAD"]);
    git(&origin, &["checkout", "-q", "main"]);
    folder.write("origin/ours.txt", "ours\n");
    git(&origin, &["add", "."]);
    git(&origin, &["commit", "-qm", "ours"]);
    git(&origin, &["branch", "-qD", "fork"]);
    git(folder.path(), &["clone", "-q", "origin", "here"]);

    let ran = std::process::Command::new("bash")
        .args(["-eo", "pipefail", "-c", step["run"].as_str().unwrap()])
        .current_dir(&here)
        .env("HEAD_SHA", &head)
        .env("DEFAULT_BRANCH", "main")
        .env("RUNNER_TEMP", folder.path().join("temp"))
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
    let diff = folder.read("temp/change.diff");
    assert!(diff.contains("+++ b/theirs.txt") && !diff.contains("ours.txt"), "{diff}");
    assert!(!here.join("theirs.txt").exists() && here.join("ours.txt").exists());
    assert_eq!(git(&here, &["status", "--porcelain"]), "");
}

/// An output that a page names is there.
#[test]
fn the_outputs_that_are_shown_exist() {
    let mut named = BTreeSet::new();
    for page in pages().iter().filter(|page| page.starts_with("docs")) {
        let text = text(page).replace("--output=", "-o ").replace("outputs: ", "-o ");
        named
            .extend(text.split("-o ").skip(1).filter_map(|rest| rest.split_once('=')).map(|(name, _)| name.to_owned()));
    }
    named.retain(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
    let known: BTreeSet<String> = portcullis::outputs::ALL.iter().map(|output| output.name.to_owned()).collect();
    assert!(named.len() > 5, "{named:?}");
    assert!(named.is_subset(&known), "{:?}", named.difference(&known));
}

/// Every output has its section, which shows how to have it written and says something.
#[test]
fn every_output_has_its_section() {
    let page = text(Path::new("docs/outputs.md"));
    let sections: BTreeMap<&str, &str> = page.split("\n## ").skip(1).filter_map(|s| s.split_once('\n')).collect();
    for output in portcullis::outputs::ALL {
        let name = output.name;
        let section = sections.get(format!("`{name}`").as_str());
        let section = section.unwrap_or_else(|| panic!("docs/outputs.md has no section \"## `{name}`\""));
        let shown: String = blocks(section).into_iter().map(|(_, block)| block).collect();
        let asked = [format!("-f {name}"), format!("-o {name}=")].iter().any(|flag| shown.contains(flag));
        assert!(asked || name == "text" && shown.contains("portcullis check"), "{name}: {shown}");
        let said = Parser::new(section).filter(|event| matches!(event, Event::Start(Tag::Paragraph | Tag::Item)));
        assert!(said.count() > 1, "{name}: what it is for, and what is left out");
    }
}
