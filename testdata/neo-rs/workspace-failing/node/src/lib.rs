//! The command line node: reads a script in words and runs it, or produces blocks.

mod assemble;
mod config;
mod wallet;

pub use assemble::assemble;
pub use config::{Command, Config};
pub use wallet::Wallet;

use neo_ledger::{Chain, Pool, Transaction};
use once_cell::sync::Lazy;

/// What `--version` prints.
pub static VERSION: Lazy<String> = Lazy::new(|| format!("neo-node {}", env!("CARGO_PKG_VERSION")));

/// Carries out one command and returns what it prints.
pub fn execute(config: &Config) -> Result<String, String> {
    match &config.command {
        Command::Version => Ok(VERSION.clone()),
        Command::Run(words) => {
            let script = assemble(words)?;
            let value = neo_vm::evaluate(&script, config.gas).map_err(|f| f.to_string())?;
            Ok(format!("result {value}"))
        }
        Command::Produce(count) => produce(*count, config.gas),
    }
}

fn produce(count: u32, gas: u64) -> Result<String, String> {
    let mut pool = Pool::new(1024);
    for nonce in 0..count {
        let script = assemble(&format!("push {nonce} push 1 add"))?;
        pool.add(Transaction::new("node", nonce, gas, script));
    }
    let mut chain = Chain::new();
    while !pool.is_empty() {
        chain.produce(&mut pool, 8).map_err(|e| e.to_string())?;
    }
    Ok(format!(
        "height {} total {} faults {}",
        chain.height(),
        chain.total(),
        chain.faults()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn execute_words(words: &[&str]) -> Result<String, String> {
        execute(&Config::parse(words.iter().map(|w| w.to_string()))?)
    }

    #[test]
    fn prints_its_version() {
        assert_eq!(execute_words(&["--version"]).unwrap(), "neo-node 0.4.2");
    }

    #[test]
    fn runs_a_script() {
        let output = execute_words(&["run", "push 2 push 3 mul"]).unwrap();
        assert_eq!(output, "result 6");
    }

    #[test]
    fn reports_faults() {
        let error = execute_words(&["run", "push 1 push 0 div"]).unwrap_err();
        assert_eq!(error, "division by zero");
    }

    #[test]
    fn produces_blocks() {
        let output = execute_words(&["produce", "10"]).unwrap();
        assert_eq!(output, "height 2 total 55 faults 0");
    }
}
