//! `midflight explain`

use super::lint::rule_named;
use crate::error::Result;
use crate::lint;

/// Tell what a lint rule means, why it matters, and the safe way
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "\
Examples:
  midflight explain set-not-null-scans
  midflight rules                        lists them all")]
pub struct ExplainArgs {
    /// The rule, as findings name it
    #[arg(value_name = "RULE")]
    pub rule: String,
}

/// The explanation, as Markdown.
pub fn run(args: &ExplainArgs) -> Result<String> {
    let id = rule_named(&args.rule, "")?;
    Ok(lint::find(id).map(lint::explain).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explains_or_says_what_was_meant() {
        let explain = |rule: &str| run(&ExplainArgs { rule: rule.to_owned() });
        assert!(explain("drop-table").unwrap().starts_with("# drop-table\n"));
        assert!(explain("drop-tabel").unwrap_err().hint.unwrap().contains("`drop-table`"));
    }
}
