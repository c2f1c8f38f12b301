//! Cargo's own list of packages, `cargo metadata --format-version 1`.
//!
//! Source: rust-lang/cargo `src/doc/man/cargo-metadata.md`,
//! `src/cargo/ops/cargo_output_metadata.rs`. It lists every package, those of tests, builds and
//! other platforms too. With `--no-deps` it lists the workspace alone, which `resolve` betrays.

use serde::Deserialize;

use super::{Format, Head, Input};
use crate::facts::{Declared, Kind, LicensedPackage, Licenses, Report};
use crate::input::json::{Json, Present, required};
use crate::input::{ReadError, Result};
use crate::text::Text;

const TOOL: &str = "cargo-metadata";

pub(super) const FORMAT: Format = Format {
    name: TOOL,
    gives: &[Kind::Licenses],
    producers: "cargo 1.95, `cargo metadata --format-version 1`",
    recognise,
    read,
};

/// `workspace_members` stands behind all packages, often beyond what is seen of a file: then the
/// keys of the first package tell.
fn recognise(head: &Head) -> bool {
    let package = ["packages[].id", "packages[].license", "packages[].license_file", "packages[].source"];
    head.has("packages") && (head.has("workspace_members") || package.iter().all(|path| head.has(path)))
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Entry>,
    #[serde(rename = "workspace_members")]
    _members: Vec<Present>,
    resolve: Option<Present>,
    version: Option<u64>,
}

#[derive(Deserialize)]
struct Entry {
    name: Text,
    version: Text,
    #[serde(deserialize_with = "required")]
    license: Option<Text>,
}

impl From<Entry> for LicensedPackage {
    fn from(Entry { name, version, license }: Entry) -> Self {
        Self { name, version: Some(version), declared: license.map_or(Declared::Nothing, Declared::Words) }
    }
}

fn read(input: &mut Input<'_, '_>) -> Result<Report> {
    let metadata: Metadata = Json::document(input.window)?;
    if let Some(version) = metadata.version.filter(|v| *v != 1) {
        return Err(ReadError::new(format!("format version {version} is not known: use --format-version 1")));
    }
    let mut report = Report::by(TOOL);
    if metadata.resolve.is_none() {
        report.note("made with --no-deps: the workspace alone, without what it depends on");
    }
    let packages = metadata.packages.into_iter().map(Into::into).collect();
    report.facts.licenses = Some(Licenses { packages, tool: TOOL.into() });
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Window;

    fn read_text(text: &str) -> Result<Report> {
        FORMAT.read(&mut Input { window: &mut Window::of(text.as_bytes()), path: "metadata.json" })
    }

    fn document(packages: &[&str]) -> String {
        format!(
            r#"{{"packages":[{}],"workspace_members":["path+file:///a#0.1.0"],"resolve":{{"nodes":[],"root":null}},"version":1}}"#,
            packages.join(",")
        )
    }

    const A: &str =
        r#"{"name":"a","version":"0.1.0","id":"i","license":"MIT/Apache-2.0","license_file":null,"source":null}"#;
    const B: &str = r#"{"name":"b","version":"2.0.0","id":"j","license":null,"license_file":"L","source":null}"#;

    /// Our own reader and the crate that cargo's users read it with see the same packages.
    #[test]
    fn it_agrees_with_the_crate_cargo_metadata() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/cargo_metadata");
        let mut agreed = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|e| e != "json") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let (ours, theirs) = (read_text(&text), cargo_metadata::MetadataCommand::parse(&text));
            let Ok(theirs) = theirs else {
                assert!(ours.is_err(), "{}: only the crate refuses it", path.display());
                continue;
            };
            let theirs: Vec<_> = theirs
                .packages
                .into_iter()
                .map(|p| LicensedPackage {
                    name: Text::new(&p.name),
                    version: Some(Text::new(&p.version.to_string())),
                    declared: p.license.map_or(Declared::Nothing, |l| Declared::Words(Text::new(&l))),
                })
                .collect();
            assert_eq!(ours.unwrap().facts.licenses.unwrap().packages, theirs, "{}", path.display());
            agreed += 1;
        }
        assert!(agreed > 0, "{folder} holds nothing to compare");
    }

    #[test]
    fn every_package_counts_and_a_file_is_no_licence() {
        let report = read_text(&document(&[A, B, B])).unwrap();
        let licenses = report.facts.licenses.unwrap();
        assert_eq!(licenses.packages.len(), 3);
        let (tally, unlicensed) = licenses.tally();
        assert_eq!((tally.get("MIT OR Apache-2.0"), unlicensed), (Some(&1), 2));
        assert!(report.notes.is_empty());
    }

    #[test]
    fn a_list_without_dependencies_says_so() {
        for resolve in ["null", r#"null,"metadata":null"#] {
            let text = document(&[A]).replace(r#"{"nodes":[],"root":null}"#, resolve);
            assert!(read_text(&text).unwrap().notes[0].contains("--no-deps"));
        }
    }

    #[test]
    fn it_is_recognised_however_long_it_is() {
        for (text, ours) in [
            (document(&[A]), true),
            (document(&[]), true),
            (format!(r#"{{"packages":[{A},{{"name":"#), true),
            (r#"{"spdxVersion":"SPDX-2.3","packages":[{"name":"a","versionInfo":"1"}]}"#.into(), false),
            (r#"{"results":[{"packages":[{"package":{"name":"a"}}]}]}"#.into(), false),
        ] {
            assert_eq!(recognise(&Head::of(text.as_bytes(), "x.json")), ours, "{text}");
        }
    }

    #[test]
    fn what_lacks_a_key_or_is_cut_is_refused() {
        let good = document(&[A, B]);
        for broken in [
            good.replacen(r#""license":null,"#, "", 1),
            good.replacen(r#""license":"#, r#""LICENSE":"#, 1),
            good.replacen("packages", "pkgs", 1),
            good.replacen("workspace_members", "members", 1),
            good.replacen(r#""version":1}"#, r#""version":2}"#, 1),
            good.replacen(r#""version":"0.1.0","#, "", 1),
            good.replacen(r#""packages":["#, r#""packages":[],"packages":["#, 1),
            format!("{good}{good}"),
        ] {
            assert_ne!(broken, good);
            assert!(read_text(&broken).is_err(), "{broken}");
        }
        for n in 0..good.len() {
            assert!(read_text(&good[..n]).is_err(), "{n}");
        }
    }
}
