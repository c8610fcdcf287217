//! Rules by name: looking one up, explaining it, listing them all.

use serde::Serialize;

use super::{Class, RULES, Rule, Severity};

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// The rule that somebody most likely meant.
pub fn nearest(written: &str) -> Option<&'static str> {
    let written = written.to_lowercase().replace('_', "-");
    let ids = || RULES.iter().map(|rule| rule.id);
    let part = || ids().find(|id| written.len() > 3 && id.contains(&written));
    crate::text::nearest(&written, ids()).or_else(part)
}

/// What a rule means, why, and the safe way, as Markdown.
pub const fn explain(rule: &Rule) -> &'static str {
    rule.page.text()
}

/// A rule in the list of rules.
#[derive(Debug, Clone, Serialize)]
pub struct RuleInfo {
    /// Its name.
    pub id: &'static str,
    /// How bad it is where nothing says otherwise.
    pub severity: Severity,
    /// What kind of harm it is about.
    pub class: Class,
    /// Whether it runs without being asked for.
    pub default: bool,
    /// What midflight does instead, where it does.
    pub online: Option<&'static str>,
    /// One line.
    pub summary: &'static str,
}

/// All rules, sorted by name.
pub fn list() -> Vec<RuleInfo> {
    let info = |rule: &&'static Rule| RuleInfo {
        id: rule.id,
        severity: rule.severity,
        class: rule.class,
        default: rule.on,
        online: rule.page.online(),
        summary: rule.page.summary(),
    };
    RULES.iter().map(info).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_nearest_name() {
        assert_eq!(nearest("drop-colum"), Some("drop-column"));
        assert_eq!(nearest("DROP_TABLE"), Some("drop-table"));
        assert_eq!(nearest("volatile-default"), Some("add-column-volatile-default"));
        assert_eq!(nearest("zebra"), None);
    }
}
