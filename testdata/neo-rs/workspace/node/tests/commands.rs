use neo_node::{assemble, execute, Command, Config};

fn config(command: Command) -> Config {
    Config { gas: 500, command }
}

#[test]
fn a_script_goes_through_all_layers() {
    let words = "push 10 push 4 swap sub dup mul".to_owned();
    let output = execute(&config(Command::Run(words))).unwrap();
    assert_eq!(output, "result 36");
}

#[test]
fn blocks_hold_eight_transactions() {
    let output = execute(&config(Command::Produce(17))).unwrap();
    assert_eq!(output, "height 3 total 153 faults 0");
}

#[test]
fn arguments_become_a_config() {
    let arguments = ["--gas", "9", "run", "push 1"];
    let parsed = Config::parse(arguments.map(str::to_owned)).unwrap();
    assert_eq!(parsed.gas, 9);
    assert_eq!(execute(&parsed).unwrap(), "result 1");
}

#[test]
fn a_bad_word_is_named() {
    assert_eq!(assemble("push 1 halve").unwrap_err(), "unknown word halve");
}
