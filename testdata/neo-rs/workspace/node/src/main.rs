use neo_node::{execute, Config};
use std::process::ExitCode;

fn main() -> ExitCode {
    match Config::parse(std::env::args().skip(1)).and_then(|config| execute(&config)) {
        Ok(output) => {
            println!("{output}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("neo-node: {error}");
            ExitCode::FAILURE
        }
    }
}
