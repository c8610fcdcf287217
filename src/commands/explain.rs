//! `midflight explain`

use super::context::Context;
use super::lint::rule_named;
use crate::error::Result;
use crate::lint;

/// Tell what a lint rule means, why it matters, and the safe way
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "\
Changes: nothing. Needs no database.
Exits with: 0; 2 for a name that no rule has, with the nearest one.

Examples:
  midflight explain set-not-null-scans
  midflight rules                        lists them all")]
pub struct ExplainArgs {
    /// The rule, as findings name it
    #[arg(value_name = "RULE")]
    pub rule: String,
}

/// Prints the explanation.
///
/// # Errors
/// Exit 2 for a rule that there isn't.
pub fn command(args: &ExplainArgs, context: &Context) -> Result<()> {
    let text = run(args)?;
    if context.for_machines() {
        let rule = rule_named(&args.rule, "")?;
        context.printer.json(&serde_json::json!({ "schema_version": 1, "rule": rule, "markdown": text }));
    } else {
        context.printer.out(text);
    }
    Ok(())
}

/// The explanation, as Markdown.
pub fn run(args: &ExplainArgs) -> Result<&'static str> {
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
