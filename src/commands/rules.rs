//! `midflight rules`

use super::context::Context;
use crate::error::Result;
use crate::lint;

/// List the lint rules
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "\
Changes: nothing. Needs no database.

Examples:
  midflight rules
  midflight rules --format json | jq -r '.rules[].id'

`midflight explain RULE` tells more about one of them.")]
pub struct RulesArgs {}

/// Prints the list.
///
/// # Errors
/// None so far.
pub fn command(context: &Context) -> Result<()> {
    if context.for_machines() {
        context.printer.json(&json());
    } else {
        context.printer.out(&human());
    }
    Ok(())
}

/// The list for a person.
pub fn human() -> String {
    let rules = lint::list();
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    let line = |rule: &lint::RuleInfo| {
        let off = if rule.default { "" } else { " (off by default)" };
        format!("{:width$}  {:7}  {}{off}\n", rule.id, rule.severity.to_string(), rule.summary)
    };
    rules.iter().map(line).collect()
}

/// The list for a program.
pub fn json() -> serde_json::Value {
    serde_json::json!({ "schema_version": 1, "rules": lint::list() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_every_rule_once() {
        assert_eq!(human().lines().count(), lint::RULES.len());
        assert!(human().starts_with("add-check-scans"));
        let json = json();
        assert_eq!(json["rules"].as_array().unwrap().len(), lint::RULES.len());
        assert_eq!(json["rules"][0]["severity"], "error");
    }
}
