//! gzip around a report: all of it is read, or nothing of it (threats F18, R09).
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/tiny.rs"]
mod tiny;

use std::io::Write as _;

use common::Folder;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What `inspect` says of one file, given by its name or found in its folder.
fn inspect(name: &str, bytes: &[u8], found: bool) -> Value {
    let folder = Folder::new();
    folder.write(name, bytes);
    let ran = folder.run(&["inspect", "-f", "json", if found { "." } else { name }]);
    let value: Value = serde_json::from_str(&ran.out).unwrap();
    value["reports"][0].clone()
}

#[test]
fn a_packed_report_says_what_it_says_unpacked_and_its_digest_is_of_the_file() {
    let report = tiny::audit(&[("RUSTSEC-2020-0001", "a 1.0.0", None, &[])]);
    let packed = gzip(report.as_bytes());
    let (plain, packed_entry) = (inspect("a.json", report.as_bytes(), false), inspect("a.json.gz", &packed, false));
    assert_eq!(plain["facts"], packed_entry["facts"]);
    assert_eq!(
        (packed_entry["status"].as_str(), packed_entry["bytes"].as_u64()),
        (Some("read"), u64::try_from(packed.len()).ok())
    );
    assert_ne!(plain["sha256"], packed_entry["sha256"]);
    // The same file as it lies on the disk, however it is read.
    let unread = inspect("a.json", &packed, false);
    assert_eq!(unread["sha256"], packed_entry["sha256"]);
}

#[test]
fn every_member_is_read() {
    let report = tiny::audit(&[("RUSTSEC-2020-0001", "a 1.0.0", None, &[])]);
    let (first, second) = report.as_bytes().split_at(report.len() / 2);
    let members = [gzip(first), gzip(b""), gzip(second)].concat();
    assert_eq!(inspect("a.gz", &members, false)["facts"], inspect("a.json", report.as_bytes(), false)["facts"]);
    // A clean report, and a second one hidden behind it.
    let clean = tiny::sarif("T", &[]);
    let hidden = [gzip(clean.as_bytes()), gzip(tiny::sarif("T", &[("r", "error", "a.rs", 1)]).as_bytes())].concat();
    let entry = inspect("s.sarif.gz", &hidden, false);
    assert_eq!(entry["facts"][0]["total"], 1, "{entry}");
    let hidden = [gzip(tiny::audit(&[]).as_bytes()), gzip(b"]")].concat();
    assert_eq!(inspect("a.json.gz", &hidden, false)["status"], "unreadable");
}

#[test]
fn what_is_damaged_is_never_read() {
    let report = tiny::audit(&[("RUSTSEC-2020-0001", "a 1.0.0", None, &[])]);
    let good = gzip(report.as_bytes());
    let mut bad_crc = good.clone();
    let n = bad_crc.len();
    bad_crc[n - 6] ^= 1;
    for (what, bytes, words) in [
        ("cut", good[..good.len() / 2].to_vec(), "damaged or cut off"),
        ("without its checksum", good[..good.len() - 8].to_vec(), "damaged or cut off"),
        ("wrong checksum", bad_crc, "damaged or cut off"),
        ("trailing bytes", [good.clone(), b"x".to_vec()].concat(), "damaged or cut off"),
        ("gzip in gzip", gzip(&good), "gzip inside gzip"),
        ("empty member", gzip(b""), "the file is empty"),
    ] {
        for found in [false, true] {
            let entry = inspect("a.json.gz", &bytes, found);
            if what == "empty member" && found {
                assert_eq!(entry["status"], "ignored");
                continue;
            }
            assert_eq!(entry["status"], "unreadable", "{what}: {entry}");
            assert!(entry["error"].as_str().unwrap().contains(words), "{what}: {entry}");
        }
    }
}

#[test]
fn the_name_must_agree_with_the_bytes() {
    let report = tiny::audit(&[]);
    for (name, bytes, words) in [
        ("a.json.gz", report.as_bytes().to_vec(), "no gzip"),
        ("a.json", gzip(report.as_bytes()), "name does not end in .gz"),
    ] {
        for found in [false, true] {
            let entry = inspect(name, &bytes, found);
            assert_eq!(entry["status"], "unreadable", "{name}");
            assert!(entry["error"].as_str().unwrap().contains(words), "{entry}");
        }
    }
}

#[test]
fn a_bomb_is_refused_before_it_is_large() {
    let mut text = tiny::sarif("T", &[]).into_bytes();
    text.resize(64 << 20, b' ');
    let bomb = gzip(&text);
    assert!(bomb.len() < 100_000);
    let entry = inspect("a.json.gz", &bomb, false);
    assert_eq!(entry["status"], "unreadable");
    assert!(entry["error"].as_str().unwrap().contains("200 times"), "{entry}");
    // In proportion, but larger than a file may be once unpacked.
    let folder = Folder::new();
    let text: Vec<u8> =
        (0..2_000_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).map(|b| b' ' + b % 90).collect();
    folder.write("a.json.gz", gzip(&text));
    let ran = folder.run(&["inspect", "-f", "json", "--max-file-size", "1", "a.json.gz"]);
    assert!(ran.out.contains("larger than 1 MiB") || ran.out.contains("is the limit"), "{} {}", ran.out, ran.err);
}
