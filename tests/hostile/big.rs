//! Large files under a limit of memory (R08, R09): small enough here for every run; `--ignored` makes them ten times larger.
#![cfg(target_os = "linux")]

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::process::Command;

use super::*;

/// What repeats, what stands around it, and the exit code of `inspect`.
const BIG: &[(&str, &str, &str, &str, i32)] = &[
    (
        "a.xml",
        "<coverage line-rate=\"1\"><packages><package name=\"p\"><classes><class name=\"c\" filename=\"a.rs\"><lines>",
        "<line number=\"7\" hits=\"1\"/>\n",
        "</lines></class></classes></package></packages></coverage>",
        0,
    ),
    (
        "b.xml",
        "<testsuites><testsuite name=\"s\"><testcase name=\"a\"><system-out>",
        "some words of output\n",
        "</system-out></testcase></testsuite></testsuites>",
        0,
    ),
    (
        "c.sarif",
        "{\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"T\"}},\"results\":[],\"properties\":{\"a\":[0",
        ",{\"b\":[1,2,3]}",
        "]}}]}",
        0,
    ),
    (
        "d.sarif",
        "{\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"T\"}},\"results\":[{\"message\":{\"text\":\"",
        "a long message ",
        "\"},\"ruleId\":\"r\"}]}]}",
        3,
    ),
    ("e.info", "TN:\nSF:a.rs\n", "DA:7,1\n", "end_of_record\n", 0),
    ("f.json", "", "\0\0\0\0\0\0\0\0", "", 3),
    ("g.json", "", "[[[[[[[[", "", 3),
];

/// Each file is read or refused within so much address space, in KiB.
fn stays_within(megabytes: usize, kibibytes: u64) {
    let folder = Folder::new();
    for (name, before, repeated, after, code) in BIG {
        let mut file = BufWriter::new(File::create(folder.path().join(name)).unwrap());
        file.write_all(before.as_bytes()).unwrap();
        (0..(megabytes << 20) / repeated.len()).for_each(|_| file.write_all(repeated.as_bytes()).unwrap());
        file.write_all(after.as_bytes()).unwrap();
        drop(file);
        let mut line = format!("ulimit -c 0; ulimit -v {kibibytes}; exec ");
        let _ = write!(line, "{} inspect --max-file-size 1000 {name}", env!("CARGO_BIN_EXE_portcullis"));
        let ran = Command::new("bash").args(["-c", &line]).current_dir(folder.path()).output().unwrap();
        let told = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(*code), "{name}, {megabytes} MB: {told}");
        folder.remove(name);
    }
}

#[test]
fn a_large_file_takes_no_memory_of_its_size() {
    stays_within(24, 100_000);
}

#[test]
#[ignore = "300 MB each: some minutes without optimisation"]
fn a_huge_file_takes_no_memory_of_its_size() {
    stays_within(300, 512_000);
}
