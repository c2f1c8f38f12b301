//! The command line as a person sees it: cases as data, in `cli/`. `TRYCMD=overwrite` writes them anew.

mod common;

#[test]
fn the_command_line_is_as_it_was() {
    let cases = trycmd::TestCases::new();
    cases.insert_var("[VERSION]", env!("CARGO_PKG_VERSION")).expect("a good name");
    for name in ["PORTCULLIS_POLICY", "PORTCULLIS_STEPS", "SOURCE_DATE_EPOCH", "NO_COLOR", "CLICOLOR_FORCE"] {
        assert!(std::env::var_os(name).is_none(), "{name} is set: these cases would see it");
    }
    cases.env("COLUMNS", "100").env("RUST_BACKTRACE", "0");
    // Set to nothing is not set: the cases are no verdicts of the CI that runs them.
    for name in [
        "GITHUB_ACTIONS",
        "GITEA_ACTIONS",
        "GITLAB_CI",
        "TF_BUILD",
        "BUILDKITE",
        "TEAMCITY_VERSION",
        "BITBUCKET_COMMIT",
    ] {
        cases.env(name, "");
    }
    cases.case("tests/cli/*.trycmd");
}

/// Every command has a case of its help.
#[test]
fn every_help_has_a_case() {
    let help = std::fs::read_to_string(common::repository().join("tests/cli/help.trycmd")).expect("the cases of help");
    let text = common::Folder::new().run(&["--help"]).out;
    let list = text.split("Commands:").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default();
    let commands: Vec<&str> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.len() >= 7, "{commands:?}");
    for command in commands.into_iter().filter(|c| *c != "help") {
        assert!(help.contains(&format!("$ portcullis {command} --help")), "{command}");
    }
}
