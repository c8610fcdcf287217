//! `man`: the help texts as manual pages.

use std::path::PathBuf;

use clap::CommandFactory;
use clap_mangen::Man;

use super::context::Context;
use crate::cli::Cli;
use crate::error::{Error, Result};

/// Print the manual page, or write one for each command
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: nothing but the files in the folder. Needs no database.

Examples:
  midflight man | man -l -
  midflight man --out ~/.local/share/man/man1       then: man midflight-expand")]
pub struct ManArgs {
    /// Write `midflight.1` and a page for each command into this folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Prints or writes.
///
/// # Errors
/// Exit 2 for a folder that can't be written.
pub fn run(args: &ManArgs, context: &Context) -> Result<()> {
    let Some(folder) = &args.out else {
        let mut page = Vec::new();
        Man::new(Cli::command()).render(&mut page).map_err(anyhow::Error::from)?;
        return context.printer.report(&String::from_utf8_lossy(&page));
    };
    let failed =
        |error: std::io::Error| Error::usage(format!("can't write to `{}`: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(failed)?;
    context.printer.say(&format!("manual pages are in {}", folder.display()));
    Ok(())
}
