//! `convert`: SQL as YAML.

use crate::error::Result;
use crate::migration;

/// Print an SQL migration as YAML: the same operations, spelled out
///
/// Useful to see how midflight reads a file, and to start from where SQL can't say enough (`up`, `down`).
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: nothing. Needs no database.
Exits with: 0; 2 a file that can't be read, or a statement that YAML has no form for, with its place.

Examples:
  midflight convert migrations/0007_total.sql > migrations/0007_total.yaml && rm migrations/0007_total.sql")]
pub struct ConvertArgs {
    /// The migration to convert
    #[arg(value_name = "FILE")]
    pub file: String,
}

/// The YAML.
///
/// # Errors
/// Exit 2, with the place, for a file that can't be read or a statement that YAML has no form for.
pub fn run(args: &ConvertArgs) -> Result<String> {
    migration::to_yaml(&migration::read(&args.file)?)
}
