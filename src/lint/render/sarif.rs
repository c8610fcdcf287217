//! SARIF 2.1.0, for code scanning: rules with their documentation, findings, and what was not analysed.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Input, pretty, repository_path};
use crate::lint::fingerprint::{Marked, marked};
use crate::lint::{NotAnalysed, RULES, Rule, Severity, explain};
use crate::migration::source::Position;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What stays as it is in the path of a URI.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// One run. Accepted findings are in it as suppressed.
pub fn sarif(input: Input<'_>) -> String {
    let report = input.report;
    let version = env!("CARGO_PKG_VERSION");
    pretty(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "midflight",
                "semanticVersion": version,
                "version": version,
                "rules": RULES.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications":
                    report.not_analysed.iter().map(notification).collect::<Vec<_>>(),
            }],
            "results": marked(input.report, input.migrations).iter().map(result).collect::<Vec<_>>(),
        }]
    }))
}

fn descriptor(rule: &Rule) -> Value {
    let explanation = explain(rule);
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.page.summary() },
        "fullDescription": { "text": rule.page.explanation() },
        "help": { "text": explanation, "markdown": explanation },
        "defaultConfiguration": { "enabled": rule.on, "level": level(rule.severity) },
        "properties": { "tags": ["postgresql", "migration"] },
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    }
}

fn result(marked: &Marked<'_>) -> Value {
    let finding = marked.finding;
    let way = if finding.help.is_empty() { String::new() } else { format!("\n\n{}", finding.help) };
    let mut result = json!({
        "ruleId": finding.rule.id,
        "ruleIndex": RULES.iter().position(|rule| rule.id == finding.rule.id),
        "level": level(finding.severity),
        "message": { "text": format!("{}{way}", finding.message) },
        "locations": [location(&finding.path, finding.start, finding.end)],
        // the name by which GitHub looks for it
        "partialFingerprints": { "primaryLocationLineHash": marked.fingerprint },
        "properties": {
            "help": finding.help,
            "lock": finding.lock,
            "blocks": finding.lock.map_or(&[][..], |lock| lock.stops()),
        },
    });
    if let Some(reason) = marked.allowed {
        result["suppressions"] = json!([{ "kind": "inSource", "justification": reason }]);
    }
    result
}

fn notification(statement: &NotAnalysed) -> Value {
    json!({
        "level": "warning",
        "message": { "text": format!("this statement was not analysed: {}", statement.reason) },
        "locations": [location(&statement.path, statement.start, statement.end)],
    })
}

fn location(path: &str, start: Position, end: Position) -> Value {
    let encoded = utf8_percent_encode(repository_path(path), PATH).to_string();
    let artifact = if path.starts_with('/') {
        json!({ "uri": format!("file://{encoded}") })
    } else {
        json!({ "uri": encoded, "uriBaseId": "%SRCROOT%" })
    };
    json!({ "physicalLocation": {
        "artifactLocation": artifact,
        "region": {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        },
    }})
}
