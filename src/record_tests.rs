use super::*;
use crate::facts::{Report, Step};
use crate::formats::{Format, Input};
use crate::input::Window;

/// A recording of a line of shell, into a folder of its own.
fn shell(folder: &Path, line: &str) -> Recording {
    Recording {
        name: "unit".into(),
        command: ["sh", "-c", line].map(OsString::from).to_vec(),
        to: folder.join("a/b/steps.jsonl"),
        files: vec![],
        commit: Some("c1".into()),
    }
}

fn read(path: &Path) -> Report {
    let bytes = std::fs::read(path).unwrap();
    let input = &mut Input { window: &mut Window::of(&bytes), path: "p" };
    Format::named("steps").unwrap().read(input).unwrap()
}

fn last(path: &Path) -> Step {
    read(path).facts.steps.unwrap().list.pop().unwrap()
}

#[test]
fn the_outcome_follows_the_exit() {
    let folder = tempfile::tempdir().unwrap();
    for (line, code, outcome) in [
        ("true", 0, Outcome::Success),
        ("exit 3", 3, Outcome::Failure),
        ("kill -INT $$", 130, Outcome::Cancelled),
        ("kill -TERM $$", 143, Outcome::Cancelled),
        ("kill -KILL $$", 137, Outcome::Failure),
    ] {
        let recording = shell(folder.path(), line);
        let exit = record(&recording).unwrap();
        assert_eq!((exit.code, exit.outcome, exit.messages.len()), (code, outcome, 0), "{line}");
        let step = last(&recording.to);
        assert_eq!((step.outcome, step.commit.as_deref()), (outcome, Some("c1")), "{line}");
        assert!(step.seconds.is_some_and(|s| s >= 0.0), "{line}");
    }
    let text = std::fs::read_to_string(folder.path().join("a/b/steps.jsonl")).unwrap();
    assert_eq!((text.lines().count(), text.ends_with('\n')), (5, true));
    let codes: Vec<_> =
        text.lines().map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap()["exit_code"].to_string()).collect();
    assert_eq!(codes, ["0", "3", "null", "null", "null"]);
}

#[test]
fn a_step_takes_its_time_and_begins_at_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let recording = shell(folder.path(), "sleep 0.2");
    let before = Timestamp::now();
    record(&recording).unwrap();
    assert!(last(&recording.to).seconds.is_some_and(|s| (0.2..60.0).contains(&s)));
    let start = read(&recording.to).made_at.unwrap();
    assert!(start >= before && start.as_millisecond() + 200 <= Timestamp::now().as_millisecond());
}

#[test]
fn files_are_digested_after_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.xml");
    let line = format!("printf abc > '{}'", out.display());
    let recording = Recording { files: vec![out.clone()], ..shell(folder.path(), &line) };
    assert_eq!(record(&recording).unwrap().messages, [""; 0]);
    let step = last(&recording.to);
    assert_eq!(&*step.files[0].sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(&*step.files[0].path, out.to_str().unwrap());

    let old = SystemTime::now() - Duration::from_secs(3600);
    File::options().append(true).open(&out).unwrap().set_modified(old).unwrap();
    let to = recording.to.clone();
    let exit = record(&Recording { command: vec!["true".into()], ..recording }).unwrap();
    assert_eq!((exit.outcome, exit.code), (Outcome::Failure, 1));
    assert!(exit.messages[0].contains("older"), "{:?}", exit.messages);
    assert!(last(&to).files.is_empty());
}

#[test]
fn a_file_that_is_missing_makes_a_success_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    for (line, file, code, messages) in
        [("true", "none.xml", 1, 1), ("true", "", 1, 1), ("exit 3", "none.xml", 3, 0), ("kill -INT $$", "x", 130, 0)]
    {
        let recording = Recording { files: vec![folder.path().join(file)], ..shell(folder.path(), line) };
        let exit = record(&recording).unwrap();
        assert_eq!((exit.code, exit.messages.len()), (code, messages), "{line} {file:?}");
        assert_eq!(exit.outcome, if code == 130 { Outcome::Cancelled } else { Outcome::Failure });
        assert_eq!(last(&recording.to).outcome, exit.outcome);
    }
}

#[test]
fn a_command_that_cannot_be_started_is_recorded_as_failed() {
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain");
    std::fs::write(&plain, "no program").unwrap();
    for (program, code) in [(OsString::from("no-such-program-here"), 127), (plain.into_os_string(), 126)] {
        let recording = Recording { command: vec![program], ..shell(folder.path(), "") };
        let error = record(&recording).unwrap_err();
        assert_eq!(error.exit_code(), code, "{error}");
        let step = last(&recording.to);
        assert_eq!((step.outcome, step.seconds), (Outcome::Failure, None));
    }
}

#[test]
fn what_cannot_be_recorded_is_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("mark");
    let good = shell(folder.path(), &format!("touch '{}'", mark.display()));
    for (recording, why) in [
        (Recording { name: "a\nb".into(), ..good.clone() }, "no name of a step"),
        (Recording { name: String::new(), ..good.clone() }, "no name of a step"),
        (Recording { command: vec![], ..good.clone() }, "no command"),
        (Recording { to: folder.path().to_owned(), ..good.clone() }, "cannot be written"),
        (Recording { to: PathBuf::new(), ..good.clone() }, "cannot be written"),
    ] {
        let error = record(&recording).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
        assert_eq!((error.exit_code(), mark.exists()), (2, false), "{error}");
    }
    assert!(!good.to.exists());
}

#[test]
fn the_record_survives_a_command_that_cleans_up() {
    let folder = tempfile::tempdir().unwrap();
    let recording = shell(folder.path(), &format!("rm -r '{}'", folder.path().join("a").display()));
    assert_eq!(record(&recording).unwrap().outcome, Outcome::Success);
    assert_eq!(&*last(&recording.to).name, "unit");
}

#[test]
fn steps_that_end_together_do_not_mix() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for n in 0..8 {
            let recording = Recording { name: format!("step {n}"), ..shell(folder.path(), "true") };
            scope.spawn(move || record(&recording).unwrap());
        }
    });
    let steps = read(&folder.path().join("a/b/steps.jsonl")).facts.steps.unwrap();
    assert_eq!(steps.list.len(), 8);
}
