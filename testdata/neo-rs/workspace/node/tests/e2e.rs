use std::process::{Command, Output};

fn node(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_neo-node"))
        .args(arguments)
        .output()
        .expect("the node starts")
}

fn stdout(arguments: &[&str]) -> String {
    let output = node(arguments);
    assert!(output.status.success(), "{arguments:?} failed");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn stderr(arguments: &[&str]) -> String {
    let output = node(arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?} succeeded");
    String::from_utf8(output.stderr).unwrap().trim().to_owned()
}

#[test]
fn the_node_says_its_version() {
    assert_eq!(stdout(&["--version"]), "neo-node 0.4.2");
}

#[test]
fn the_node_runs_scripts() {
    assert_eq!(stdout(&["run", "push 6 push 7 mul"]), "result 42");
    assert_eq!(
        stdout(&["run", "push 3 push 1 sub dup jump_if 1"]),
        "result 0"
    );
    assert_eq!(
        stdout(&["run", "push 9 push 3 div push 3 equal return"]),
        "result 1"
    );
    assert_eq!(stdout(&["run", "push 1 push 2 swap drop"]), "result 2");
}

#[test]
fn the_node_produces_blocks() {
    assert_eq!(
        stdout(&["--gas", "20", "produce", "20"]),
        "height 3 total 210 faults 0"
    );
    assert_eq!(
        stdout(&["--gas", "2", "produce", "3"]),
        "height 1 total 0 faults 3"
    );
}

#[test]
fn the_node_reports_errors() {
    assert_eq!(
        stderr(&["run", "push 1 push 0 div"]),
        "neo-node: division by zero"
    );
    assert_eq!(stderr(&["run", "add"]), "neo-node: stack underflow");
    assert_eq!(
        stderr(&["--gas", "1", "run", "push 1 push 1"]),
        "neo-node: out of gas"
    );
    assert_eq!(stderr(&["restart"]), "neo-node: unknown argument restart");
}
