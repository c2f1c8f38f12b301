//! The command line. The doc comments are the help.

mod baseline;
mod check;
mod completions;
mod explain;
mod init;
mod inspect;
mod judge;
mod policy;
mod progress;
mod ratchet;
mod record;
mod schema;
mod surfaces;
mod waive;
mod waivers;
mod write;

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Parser, Subcommand, ValueEnum};
use jiff::Timestamp;

use crate::collect::Given;

/// A gate at the end of a pipeline.
///
/// Portcullis reads the reports that other tools wrote (coverage, tests, advisories, SARIF, licences, lints, timings,
/// steps), holds them to a policy in TOML, and answers whether a change may pass. No evidence is never a pass.
#[derive(Debug, Parser)]
#[command(name = "portcullis", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured.
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
}

const EXIT_CODES: &str = "\
Exit codes of check:
  0  the gate is open: every check passes, warns or is skipped, and at least one was judged
  1  the gate is shut: at least one check fails
  2  nothing was judged: bad usage, or a policy that is missing or wrong
  3  the gate is shut because something could not be judged

The exit code is the same in every output format.";

/// When to use colour.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Colour {
    /// In a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Args),
    Inspect(inspect::Args),
    Record(record::Args),
    #[command(subcommand)]
    Policy(policy::Command),
    Init(init::Args),
    Explain(explain::Args),
    #[command(subcommand)]
    Baseline(baseline::Command),
    Ratchet(ratchet::Args),
    Waive(waive::Args),
    Waivers(waivers::Args),
    Schema(schema::Args),
    Completions(completions::Completions),
    Man(completions::Man),
}

/// What went wrong outside any judgement. All of it is exit code 2.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// A sentence for the user.
    #[error("{0}")]
    Plain(String),
    /// A sentence, and what to do.
    #[error("{message}")]
    Helped { message: String, help: String },
    /// Mistakes in a policy.
    #[error("the policy is wrong")]
    Policy(Vec<crate::diagnostic::Diagnostic>),
    /// An output that could not be written; the verdict was made.
    #[error("{what} cannot be written: {why}")]
    Output { what: String, why: std::io::Error },
}

/// How large a policy may be that is edited, in bytes.
const LARGEST_POLICY: u64 = 1 << 20;

/// How large a verdict may be that is read as a baseline, in bytes.
const LARGEST_VERDICT: u64 = 256 << 20;

/// Runs the program on the arguments of the process.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match cli.color {
        // The library lets NO_COLOR win, which is what people set for all programs; who forces colour means this run.
        Colour::Auto if std::env::var_os("CLICOLOR_FORCE").is_some_and(|v| !v.is_empty()) => {
            anstream::ColorChoice::Always.write_global();
        }
        Colour::Auto => {}
        Colour::Always => anstream::ColorChoice::Always.write_global(),
        Colour::Never => anstream::ColorChoice::Never.write_global(),
    }
    let outcome = match cli.command {
        Command::Check(args) => args.run(),
        Command::Inspect(args) => args.run(),
        Command::Record(args) => args.run(),
        Command::Policy(command) => command.run(),
        Command::Init(args) => args.run(),
        Command::Explain(args) => args.run(),
        Command::Baseline(command) => command.run(),
        Command::Ratchet(args) => args.run(),
        Command::Waive(args) => args.run(),
        Command::Waivers(args) => args.run(),
        Command::Schema(args) => args.run(),
        Command::Completions(args) => args.run(),
        Command::Man(args) => args.run(),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            report(&failure);
            ExitCode::from(2)
        }
    }
}

fn report(failure: &Failure) {
    match failure {
        Failure::Policy(mistakes) => {
            for mistake in mistakes {
                write::diagnostic(&mistake.render());
            }
            let n = mistakes.len();
            write::diagnostic(&format!(
                "portcullis: {n} mistake{} in the policy; nothing was judged",
                if n == 1 { "" } else { "s" }
            ));
        }
        Failure::Helped { message, help } => {
            write::diagnostic(&format!("portcullis: {}", crate::text::Text::new(message)));
            write::diagnostic(&format!("  help: {help}"));
        }
        other => write::diagnostic(&format!("portcullis: {}", crate::text::Text::new(&other.to_string()))),
    }
}

/// The clock: `--now`, else `SOURCE_DATE_EPOCH`, else the system's.
fn clock(now: Option<Timestamp>) -> Result<Timestamp, Failure> {
    if let Some(now) = now {
        return Ok(now);
    }
    match std::env::var_os("SOURCE_DATE_EPOCH") {
        None => Ok(Timestamp::now()),
        Some(text) => {
            let number = text.to_str().and_then(crate::units::plain_u64).and_then(|n| i64::try_from(n).ok());
            let seconds = number.and_then(|s| Timestamp::from_second(s).ok());
            seconds
                .ok_or_else(|| Failure::Plain(format!("SOURCE_DATE_EPOCH is {text:?}, which is no number of seconds")))
        }
    }
}

/// The day in UTC.
fn day(now: Timestamp) -> jiff::civil::Date {
    jiff::tz::Offset::UTC.to_datetime(now).date()
}

/// Reads `PATH` or `NAME=PATH`. A path that exists under its whole name has no name; it may be no UTF-8.
fn given() -> impl TypedValueParser<Value = Given> {
    OsStringValueParser::new().try_map(|text| {
        let path = PathBuf::from(&text);
        let named = split_name(&text).filter(|(name, _)| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) && !path.exists()
        });
        match named {
            Some((name, _)) if name == crate::policy::UNNAMED => Err(format!("evidence may not be called {name:?}")),
            Some((_, path)) if path.as_os_str().is_empty() => Err("a path is missing behind `=`".into()),
            Some((name, path)) => Ok(Given { name: Some(name), path }),
            None if text.is_empty() => Err("an empty path".into()),
            None => Ok(Given { name: None, path }),
        }
    })
}

/// What stands in front of the first `=`, and what behind it.
#[cfg(unix)]
fn split_name(text: &OsStr) -> Option<(String, PathBuf)> {
    use std::os::unix::ffi::OsStrExt as _;
    let bytes = text.as_bytes();
    let (name, path) = bytes.split_at_checked(memchr::memchr(b'=', bytes)?)?;
    Some((String::from_utf8(name.to_vec()).ok()?, PathBuf::from(OsStr::from_bytes(path.get(1..)?))))
}

/// What stands in front of the first `=`, and what behind it.
#[cfg(not(unix))]
fn split_name(text: &OsStr) -> Option<(String, PathBuf)> {
    let (name, path) = text.to_str()?.split_once('=')?;
    Some((name.to_owned(), PathBuf::from(path)))
}

/// A number of MiB as bytes.
fn mebibytes(text: &str) -> Result<u64, String> {
    let number = crate::units::plain_u64(text).and_then(|n| n.checked_mul(1 << 20)).filter(|n| *n > 0);
    number.ok_or_else(|| "a number of MiB, such as 512".into())
}
