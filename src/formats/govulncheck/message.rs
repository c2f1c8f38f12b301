//! The messages, as far as they are used.

use serde::Deserialize;

use crate::formats::osv::Entry;
use crate::input::json::Present;
use crate::text::Text;

/// One message: exactly one of these.
#[derive(Deserialize)]
#[serde(expecting = "a message of govulncheck")]
pub(super) struct Message {
    pub(super) config: Option<Config>,
    pub(super) progress: Option<Present>,
    #[serde(rename = "SBOM")]
    pub(super) sbom: Option<Sbom>,
    pub(super) osv: Option<Entry>,
    pub(super) finding: Option<Found>,
}

#[derive(Deserialize)]
pub(super) struct Config {
    pub(super) protocol_version: Text,
    /// Tools that wrap govulncheck have another name.
    pub(super) scanner_name: Option<Text>,
    pub(super) db_last_modified: Option<Text>,
    /// `module`, `package` or `symbol`.
    pub(super) scan_level: Option<Text>,
    /// `source`, `binary`, `query`, `convert` or `extract`.
    pub(super) scan_mode: Option<Text>,
}

/// The modules that were looked at.
#[derive(Deserialize)]
pub(super) struct Sbom {
    pub(super) modules: Option<Vec<Present>>,
}

#[derive(Deserialize)]
pub(super) struct Found {
    pub(super) osv: Text,
    pub(super) fixed_version: Option<Text>,
    /// From the vulnerable symbol, package or module to the way in.
    pub(super) trace: Vec<Frame>,
}

#[derive(Deserialize)]
pub(super) struct Frame {
    pub(super) module: Text,
    pub(super) version: Option<Text>,
    pub(super) package: Option<Text>,
    pub(super) function: Option<Text>,
    receiver: Option<Text>,
    pub(super) position: Option<Position>,
}

#[derive(Deserialize)]
pub(super) struct Position {
    pub(super) filename: Option<Text>,
    pub(super) line: Option<u32>,
}

impl Frame {
    /// The function, with its package and receiver: `net/http.Client.Do`.
    pub(super) fn symbol(&self) -> String {
        let words =
            [&self.package, &self.receiver, &self.function].map(|w| w.as_deref().map(|w| w.trim_start_matches('*')));
        words.into_iter().flatten().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(".")
    }
}
