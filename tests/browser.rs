//! The HTML page of a hostile verdict in a real browser: nothing runs, nothing is fetched, nothing is wider than the screen.
//!
//! It needs Chromium (`$CHROMIUM`, or one in the PATH). Without one it says so and does nothing, unless
//! `PORTCULLIS_BROWSER=required`, as in CI, where it fails.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{Folder, NOW};
use portcullis::outputs::{Output, Page};
use portcullis::text::Text;
use portcullis::units::Ratio;
use portcullis::verdict::{FileCovered, Verdict};
use serde_json::Value;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The browser, if there is one.
fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let in_path = NAMES.iter().flat_map(|n| folders.iter().map(move |f| f.join(n))).find(|p| p.is_file());
    let found = std::env::var_os("CHROMIUM").map(PathBuf::from).or(in_path);
    if found.is_none() {
        let required = std::env::var("PORTCULLIS_BROWSER").is_ok_and(|v| v == "required");
        assert!(!required, "PORTCULLIS_BROWSER=required, and there is no Chromium: install one, or set CHROMIUM");
        // Past the capture of the test harness, so that it is seen.
        let told =
            writeln!(std::io::stderr(), "\n!! SKIPPED: tests/browser.rs found no Chromium; the page was not opened\n");
        told.unwrap();
    }
    found
}

/// What the server notes of who connects and asks for nothing.
const CONNECTED: &str = "only connected";

/// A server that notes what it is asked for.
struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let noted = Arc::clone(&noted);
                std::thread::spawn(move || {
                    let mut head = [0; 200];
                    let n = stream.read(&mut head).unwrap_or(0);
                    let line = String::from_utf8_lossy(&head[..n]).lines().next().unwrap_or(CONNECTED).to_owned();
                    noted.lock().unwrap().push(line);
                    let _sent =
                        stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                });
            }
        });
        Self { port, asked }
    }

    /// What it was asked for since this was called last.
    fn visits(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    /// What runs or fetches where it is taken for markup; each short enough to be shown whole.
    fn payloads(&self) -> [String; 4] {
        let port = self.port;
        let url = format!("http://127.0.0.1:{port}");
        [
            format!(
                "</title></style></script><script>document.title='RAN'</script><img src={url}/a onerror=document.title='RAN'>"
            ),
            format!(
                "\"'><svg onload=document.title='RAN'><image href={url}/b /></svg><iframe src={url}/c></iframe><link rel=stylesheet href={url}/d>"
            ),
            format!(
                "--></td></table><style>@import '{url}/e';body{{background:url({url}/f)}}</style><object data={url}/g></object><video src={url}/h autoplay></video>"
            ),
            format!(
                "]]></svg><details open ontoggle=document.title='RAN'><input autofocus onfocus=document.title='RAN'><img srcset={url}/i><body onload=document.title='RAN'>"
            ),
        ]
    }
}

/// What came of opening a page.
struct Opened {
    dom: String,
    log: String,
}

impl Opened {
    fn title(&self) -> &str {
        self.dom.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default()
    }
}

/// Opens `page.html` of these files.
fn open(browser: &PathBuf, files: &[(&str, &str)], width: u32) -> Opened {
    let folder = Folder::new();
    for (name, text) in files {
        folder.write(name, text);
    }
    let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
    let size = format!("--window-size={width},900");
    let run = assert_cmd::Command::new(browser)
        // A container's root has no sandbox; what is opened is our own.
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
        .args(["--enable-logging=stderr", "--virtual-time-budget=4000", "--hide-scrollbars", "--dump-dom"])
        .args([&profile, &size])
        .arg(format!("file://{}", folder.path().join("page.html").display()))
        .timeout(Duration::from_secs(180))
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Opened { dom: text(run.stdout), log: text(run.stderr) }
}

/// The failing verdict of the sample evidence with every text of a report replaced.
fn hostile(text: &str) -> Verdict {
    let folder = Folder::of("neo-rs/failing");
    let args = ["check", "-p", "builtin:neo-rs", "--now", NOW, "-f", "json"];
    let run = common::portcullis(folder.path()).args(args).output().unwrap();
    let mut json: Value = serde_json::from_slice(&run.stdout).unwrap();
    replace(&mut json, "", text);
    let mut verdict: Verdict = serde_json::from_value(json).unwrap();
    let file = |n: u64| FileCovered { path: Text::new(&format!("{text}/{n}")), lines: Ratio { covered: n, total: 40 } };
    verdict.beyond.coverage = (0..40).map(file).collect();
    verdict
}

/// Words of our own, in which a verdict could not be read with another text; and the gates, by which the page has its parts.
const OURS: &str = "schema verdict status kind unit gate evaluated_at outcome";

fn replace(value: &mut Value, key: &str, text: &str) {
    match value {
        Value::String(s) if !OURS.split(' ').any(|k| k == key) => text.clone_into(s),
        Value::Array(all) => all.iter_mut().for_each(|v| replace(v, key, text)),
        Value::Object(all) => all.iter_mut().for_each(|(k, v)| replace(v, k, text)),
        _ => {}
    }
}

fn html(verdict: &Verdict) -> String {
    let mut sink = Vec::new();
    Output::named("html").unwrap().write(verdict, &Page::default(), &mut sink).unwrap();
    String::from_utf8(sink).unwrap()
}

#[test]
fn nothing_runs_and_nothing_is_fetched() {
    let Some(browser) = browser() else { return };
    let server = Server::new();
    let look = |page: &str| open(&browser, &[("page.html", page)], 1280);
    for (n, payload) in server.payloads().iter().enumerate() {
        // The trap works: where the text is markup it runs or fetches.
        let open_trap = look(&format!("<!DOCTYPE html><title>still</title><body>{payload}"));
        let (ran, visits) = (open_trap.title() == "RAN", server.visits());
        assert!(ran || !visits.is_empty(), "payload {n} does nothing: {}", open_trap.log);

        let page = html(&hostile(payload));
        let opened = look(&page);
        assert!(opened.title().starts_with("Gate shut · "), "{n}: {}", opened.title());
        assert!(
            opened.dom.contains("</footer>") && opened.dom.matches("&lt;").count() > 300,
            "payload {n} is not shown"
        );
        assert_eq!(server.visits(), [""; 0], "payload {n}");
        assert!(!opened.log.contains("CONSOLE"), "the style was refused, or more: {}", opened.log);

        // Were the escaping to fail, the page's own policy holds. Chromium connects for a frame before it asks the
        // policy (156, seen here), and then asks for nothing.
        let pierced = page.replacen("<footer>", &format!("{payload}<footer>"), 1);
        let opened = look(&pierced);
        assert!(opened.title().starts_with("Gate shut · "), "{n}: {}", opened.title());
        let mut asked = server.visits();
        asked.retain(|line| line != CONNECTED);
        assert_eq!(asked, [""; 0], "payload {n} against the policy");
        assert!(opened.log.contains("Content Security Policy"), "{}", opened.log);
    }
}

/// The same page with a script of the test that measures it, for which its policy is taken out.
fn overflow(browser: &PathBuf, page: &str, width: u32) -> (u32, u32) {
    let measure = "<script>document.querySelectorAll('details').forEach(d => d.open = true);\
                   const e = document.documentElement;\
                   onload = () => parent.postMessage(e.scrollWidth + ' ' + e.clientWidth, '*')</script>";
    let page =
        page.replacen("Content-Security-Policy", "x-none", 1).replacen("</body>", &format!("{measure}</body>"), 1);
    // A window is not narrower than 500; a frame is as narrow as it is told.
    let frame = format!(
        "<!DOCTYPE html><title></title><script>onmessage = e => document.title = e.data</script>\
         <iframe src=\"inner.html\" style=\"width:{width}px;height:900px;border:0\"></iframe>"
    );
    let opened = open(browser, &[("page.html", &frame), ("inner.html", &page)], 1400);
    let (wide, screen) = opened.title().split_once(' ').unwrap();
    (wide.parse().unwrap(), screen.parse().unwrap())
}

#[test]
fn no_page_is_wider_than_the_screen() {
    let Some(browser) = browser() else { return };
    for text in ["x", &"w".repeat(400), "a longer text of several words that has to be broken somewhere"] {
        for width in [390, 700, 1280] {
            let (wide, screen) = overflow(&browser, &html(&hostile(text)), width);
            assert!(screen <= width && screen + 20 > width, "{screen} of {width}");
            assert!(wide <= screen, "{wide} in {screen}: {text:.20}");
        }
    }
    // The measure works.
    let (wide, screen) =
        overflow(&browser, "<!DOCTYPE html><title></title><body><div style=\"width:900px\">x</div></body>", 390);
    assert!(wide > screen);
}
