//! `completions`: what a shell needs to complete commands and flags.

use clap::CommandFactory;
use clap_complete::Shell;

use super::context::Context;
use crate::cli::Cli;
use crate::error::Result;

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: nothing. Needs no database.

Examples:
  midflight completions bash > ~/.local/share/bash-completion/completions/midflight
  midflight completions zsh > ~/.zfunc/_midflight          with ~/.zfunc in fpath
  midflight completions fish > ~/.config/fish/completions/midflight.fish")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

/// Prints the script.
///
/// # Errors
/// When it can't be written.
pub fn run(args: &CompletionsArgs, context: &Context) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "midflight", &mut script);
    context.printer.report(&String::from_utf8_lossy(&script))
}
