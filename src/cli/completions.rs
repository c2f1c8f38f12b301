//! `portcullis completions` and `portcullis man`.

use std::path::PathBuf;

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{Cli, Failure, write};

/// Print the completions of a shell.
///
/// bash: portcullis completions bash > ~/.local/share/bash-completion/completions/portcullis; zsh: a file _portcullis in
/// a folder of $fpath; fish: ~/.config/fish/completions/portcullis.fish.
#[derive(Debug, clap::Args)]
pub(super) struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

/// Print the man page, or write all of them.
#[derive(Debug, clap::Args)]
pub(super) struct Man {
    /// Write a page for every subcommand into this folder, instead of the main one to stdout.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Completions {
    pub(super) fn run(self) -> Result<u8, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "portcullis", &mut script);
        write::stdout(|out| out.write_all(&script))?;
        Ok(0)
    }
}

impl Man {
    pub(super) fn run(self) -> Result<u8, Failure> {
        let command = Cli::command();
        let Some(dir) = self.dir else {
            write::stdout(|out| clap_mangen::Man::new(command).render(out))?;
            return Ok(0);
        };
        let failed = |why| Failure::Output { what: dir.display().to_string(), why };
        std::fs::create_dir_all(&dir).and_then(|()| clap_mangen::generate_to(command, &dir)).map_err(failed)?;
        write::diagnostic(&format!("portcullis: man pages written to {}", dir.display()));
        Ok(0)
    }
}
