//! The blocks of a message, within Slack's limits.

use serde_json::{Value, json};

use crate::outputs::issues::units;

/// Blocks of a message.
const BLOCKS: usize = 50;
/// UTF-16 units of the text of a section.
const SECTION: usize = 3000;
/// UTF-16 units of an element of a context, and of all texts together. Slack counts about 13,200 in all before it says
/// `msg_blocks_too_long` (slackapi/bolt-js #2509).
const ELEMENT: usize = 2000;
const TOTAL: usize = 12_000;
/// What is kept for the waivers and the last lines, which follow the checks.
const CLOSING: usize = 3000;

/// A message.
pub(super) struct Message {
    blocks: Vec<Value>,
    used: usize,
}

impl Message {
    pub(super) const fn new() -> Self {
        Self { blocks: Vec::new(), used: 0 }
    }

    fn push(&mut self, size: usize, block: Value) {
        self.used += size;
        self.blocks.push(block);
    }

    /// The headline: our own words.
    pub(super) fn header(&mut self, text: &str) {
        let text_object = json!({ "type": "plain_text", "text": escaped(text), "emoji": false });
        self.push(units(text), json!({ "type": "header", "text": text_object }));
    }

    /// A paragraph that is always there.
    pub(super) fn section(&mut self, text: &str) {
        self.push(units(text), json!({ "type": "section", "text": mrkdwn(text) }));
    }

    /// A paragraph that is there if it fits, and whether it did.
    pub(super) fn try_section(&mut self, text: &str) -> bool {
        let size = units(text);
        let fits = size <= SECTION && self.used + size + CLOSING <= TOTAL && self.blocks.len() + 6 <= BLOCKS;
        if fits {
            self.section(text);
        }
        fits
    }

    /// A line of small print, without what is empty.
    pub(super) fn context(&mut self, texts: &[String]) {
        let fine = |t: &&String| !t.is_empty() && units(t) <= ELEMENT;
        let texts: Vec<&String> = texts.iter().filter(fine).collect();
        if !texts.is_empty() {
            let elements: Vec<Value> = texts.iter().map(|t| mrkdwn(t)).collect();
            let size = texts.iter().map(|t| units(t)).sum();
            self.push(size, json!({ "type": "context", "elements": elements }));
        }
    }

    pub(super) fn into_blocks(self) -> Vec<Value> {
        self.blocks
    }
}

/// A text in which Slack makes nothing of plain words.
fn mrkdwn(text: &str) -> Value {
    json!({ "type": "mrkdwn", "text": text, "verbatim": true })
}

/// What Slack reads as control characters, as text.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Text within code: a back-tick would end it, and Slack has no other way to write one.
fn inert(text: &str) -> String {
    escaped(&text.replace('`', "'"))
}

/// Text as code in a line.
pub(super) fn code(text: &str) -> String {
    let text = inert(text.trim());
    if text.is_empty() { "`–`".to_owned() } else { format!("`{text}`") }
}

/// Lines as a block of code; nothing where there are none.
pub(super) fn block(lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = lines.iter().map(|l| inert(l)).collect();
    format!("\n```{}```", lines.join("\n"))
}
