//! Comments that silence other linters, so that a folder which was written for one of them can be taken as it is.

use super::{Directive, Says};
use crate::migration::operation::Allow;
use crate::migration::source::{Located, Source, Span};

/// Reads `-- squawk-ignore RULE, RULE`, `-- squawk-ignore-file` and `-- atlas:nolint NAME`; nothing for any other comment.
pub fn allowed(source: &Source, comment: Span) -> Option<Directive> {
    let text = source.slice(comment).strip_prefix("--")?.trim();
    let (mark, names) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
    let (of_file, known): (bool, &[(&str, &[&str])]) = match mark {
        "squawk-ignore" => (false, SQUAWK),
        "squawk-ignore-file" => (true, SQUAWK),
        "atlas:nolint" => (false, ATLAS),
        _ => return None,
    };
    let named: Vec<&str> =
        names.split([',', ' ', '\t']).map(str::trim).filter(|name| !name.is_empty()).collect();
    let rules: Vec<&str> = match named.is_empty() {
        true => vec![Allow::EVERY_RULE],
        false => named.iter().flat_map(|name| rules_of(known, name)).copied().collect(),
    };
    let allow = |rule: &str| Allow {
        rule: Located::new(rule.to_owned(), comment),
        reason: format!("`{mark}` says so"),
        foreign: true,
    };
    let allows = rules.into_iter().map(allow).collect();
    let says = if of_file { Says::AllowFile(allows) } else { Says::Allow(allows) };
    Some(Directive { span: comment, says })
}

/// The rules that speak of what another linter's name is about; none for a name that we don't know.
fn rules_of<'r>(known: &'r [(&str, &[&'r str])], name: &str) -> &'r [&'r str] {
    known.iter().find(|(theirs, _)| *theirs == name).map_or(&[], |(_, ours)| ours)
}

const SQUAWK: &[(&str, &[&str])] = &[
    ("adding-field-with-default", &["add-column-volatile-default"]),
    ("adding-foreign-key-constraint", &["add-foreign-key-scans", "foreign-key-locks-parent"]),
    ("adding-not-nullable-field", &["set-not-null-scans", "add-column-required"]),
    ("adding-required-field", &["add-column-required"]),
    ("adding-serial-primary-key-field", &["add-column-auto-increment", "add-primary-key-builds-index"]),
    ("ban-alter-domain-with-add-constraint", &["domain-constraint-scans"]),
    ("ban-char-field", &["avoid-char"]),
    ("ban-concurrent-index-creation-in-transaction", &["not-allowed-in-transaction"]),
    ("ban-create-domain-with-constraint", &["domain-with-constraint"]),
    ("ban-drop-column", &["drop-column"]),
    ("ban-drop-database", &["drop-database"]),
    ("ban-drop-not-null", &["drop-not-null"]),
    ("ban-drop-table", &["drop-table"]),
    ("ban-truncate-cascade", &["truncate-cascade"]),
    (
        "changing-column-type",
        &["change-type-rewrites", "change-type-rescans", "change-type-narrows", "alter-type-cascade"],
    ),
    ("constraint-missing-not-valid", &["add-check-scans", "add-foreign-key-scans"]),
    ("disallowed-unique-constraint", &["add-unique-builds-index"]),
    ("identifier-too-long", &["identifier-too-long"]),
    ("prefer-big-int", &["prefer-bigint-key"]),
    ("prefer-bigint-over-int", &["prefer-bigint-key"]),
    ("prefer-bigint-over-smallint", &["prefer-bigint-key"]),
    ("prefer-identity", &["prefer-identity"]),
    ("prefer-robust-stmts", &["require-idempotent"]),
    ("prefer-text-field", &["prefer-text"]),
    ("prefer-timestamp-tz", &["prefer-timestamptz"]),
    ("renaming-column", &["rename-column"]),
    ("renaming-table", &["rename-table"]),
    ("require-concurrent-index-creation", &["index-build-blocks-writes"]),
    ("require-concurrent-index-deletion", &["index-drop-blocks-access"]),
    ("require-enum-value-ordering", &["enum-value-order"]),
    ("require-table-schema", &["require-schema-qualified"]),
    ("require-timeout-settings", &["missing-lock-timeout", "missing-statement-timeout"]),
    ("transaction-nesting", &["transaction-control"]),
];

const ATLAS: &[(&str, &[&str])] = &[
    (
        "destructive",
        &[
            "drop-column",
            "drop-table",
            "drop-schema",
            "drop-cascade",
            "drop-database",
            "truncate-table",
            "truncate-cascade",
        ],
    ),
    ("DS101", &["drop-schema"]),
    ("DS102", &["drop-table", "drop-cascade"]),
    ("DS103", &["drop-column", "drop-cascade"]),
    (
        "data_depend",
        &[
            "add-unique-builds-index",
            "index-build-blocks-writes",
            "set-not-null-scans",
            "add-column-required",
            "change-type-narrows",
            "add-check-scans",
            "add-foreign-key-scans",
        ],
    ),
    ("MF101", &["add-unique-builds-index", "index-build-blocks-writes"]),
    ("MF103", &["add-column-required"]),
    ("MF104", &["set-not-null-scans"]),
    ("incompatible", &["rename-column", "rename-table", "rename-object"]),
    ("BC101", &["rename-table"]),
    ("BC102", &["rename-column"]),
    (
        "concurrent_index",
        &["index-build-blocks-writes", "index-drop-blocks-access", "not-allowed-in-transaction"],
    ),
    ("PG101", &["index-build-blocks-writes"]),
    ("PG102", &["index-drop-blocks-access"]),
    ("PG103", &["not-allowed-in-transaction"]),
    ("PG104", &["add-primary-key-builds-index"]),
    ("PG105", &["add-unique-builds-index"]),
    ("PG301", &["change-type-rewrites"]),
    ("PG302", &["add-column-volatile-default"]),
    ("PG303", &["set-not-null-scans"]),
    ("PG305", &["add-check-scans"]),
    ("PG306", &["add-foreign-key-scans"]),
    ("naming", &["naming"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_one_of_ours() {
        let ours = SQUAWK.iter().chain(ATLAS).flat_map(|(_, ours)| ours.iter());
        for rule in ours {
            assert!(crate::lint::find(rule).is_some(), "{rule}");
        }
    }

    #[test]
    fn comments_of_others() {
        let read = |text: &str| {
            let source = Source::new("m.sql", text);
            let found = allowed(&source, Span::new(0, text.len()))?;
            let (Says::Allow(allows) | Says::AllowFile(allows)) = found.says else { return None };
            Some(allows.into_iter().map(|allow| allow.rule.value).collect::<Vec<_>>().join(" "))
        };
        for (text, rules) in [
            ("-- squawk-ignore ban-drop-column, renaming-column", Some("drop-column rename-column")),
            ("-- squawk-ignore-file", Some("*")),
            ("-- squawk-ignore what-we-lack", Some("")),
            ("--atlas:nolint DS103", Some("drop-column drop-cascade")),
            ("-- atlas:nolint", Some("*")),
            ("-- atlas:nolinting", None),
            ("-- drop it", None),
        ] {
            assert_eq!(read(text).as_deref(), rules, "{text}");
        }
    }
}
