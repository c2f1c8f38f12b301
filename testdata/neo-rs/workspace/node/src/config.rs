/// What the node is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Version,
    Run(String),
    Produce(u32),
}

/// The command line, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub gas: u64,
    pub command: Command,
}

impl Config {
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut gas = 1_000;
        let mut command = None;
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--version" => command = Some(Command::Version),
                "--gas" => gas = value("--gas", arguments.next())?,
                "run" => command = Some(Command::Run(value("run", arguments.next())?)),
                "produce" => command = Some(Command::Produce(value("produce", arguments.next())?)),
                other => return Err(format!("unknown argument {other}")),
            }
        }
        let command = command.ok_or("usage: neo-node [--gas N] run SCRIPT | produce N")?;
        Ok(Config { gas, command })
    }
}

fn value<T: std::str::FromStr>(name: &str, text: Option<String>) -> Result<T, String> {
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| format!("{name} needs a value"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Config, String> {
        Config::parse(words.iter().map(|word| word.to_string()))
    }

    #[test]
    fn reads_the_gas() {
        let config = parse(&["--gas", "7", "produce", "3"]).unwrap();
        assert_eq!(config.gas, 7);
        assert_eq!(config.command, Command::Produce(3));
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert_eq!(parse(&["stop"]).unwrap_err(), "unknown argument stop");
        assert_eq!(parse(&["--gas"]).unwrap_err(), "--gas needs a value");
        assert!(parse(&[]).unwrap_err().starts_with("usage"));
    }
}
