//! For a person: the line, a caret under what it is about, the lock, the way out.

use std::collections::BTreeSet;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, normalize_untrusted_str};

use super::{Input, lock, words};
use crate::lint::{Finding, NotAnalysed, Severity};

/// Files that the summary names; a program reads all of them in the other formats.
const NAMED: usize = 10;

/// Draws findings as rustc draws its own, and ends with the count.
pub fn human(input: Input<'_>) -> String {
    let report = input.report;
    let renderer = if input.color { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for finding in &report.findings {
        text.push_str(&draw(&renderer, finding, input.text(finding.file)));
        text.push_str("\n\n");
    }
    text.push_str(&words::count(&report.summary));
    text.push('\n');
    text.push_str(&not_analysed(&report.not_analysed));
    text.push_str(&explain(&report.findings));
    text
}

/// Which statements nobody looked into: silence about them would look like approval.
fn not_analysed(statements: &[NotAnalysed]) -> String {
    let line = |statement: &NotAnalysed| {
        format!("not analysed: {}:{}: {}\n", statement.path, statement.start.line, statement.reason)
    };
    let mut text: String = statements.iter().take(NAMED).map(line).collect();
    if statements.len() > NAMED {
        text.push_str(&format!(
            "not analysed: {} more (`--format json` has all)\n",
            statements.len() - NAMED
        ));
    }
    text
}

/// Where more about these rules is to be read.
fn explain(findings: &[Finding]) -> String {
    let rules: BTreeSet<_> = findings.iter().map(|finding| finding.rule.id).collect();
    let mut rules = rules.into_iter();
    let Some(first) = rules.next() else { return String::new() };
    let others = rules.collect::<Vec<_>>().join(", ");
    let others = if others.is_empty() { others } else { format!(" (likewise: {others})") };
    format!("`midflight explain {first}` tells why and shows the safe way{others}\n")
}

fn draw(renderer: &Renderer, finding: &Finding, source: &str) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Advice => Level::INFO.with_name("advice"),
    };
    // the lines it is about are enough; a file may be long
    let end = finding.span.end.min(source.len());
    let start = finding.span.start.min(end);
    let from = source[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let to = source[end..].find('\n').map_or(source.len(), |newline| end + newline);
    // the last line's CR isn't part of what it shows
    let to = to - usize::from(to > end && source[..to].ends_with('\r'));
    let snippet = Snippet::source(&source[from..to])
        .line_start(finding.start.line)
        .path(&finding.path)
        .annotation(AnnotationKind::Primary.span(start - from..end - from));
    let mut group = level.primary_title(&finding.message).id(finding.rule.id).element(snippet);
    if let Some(lock) = lock(finding) {
        group = group.element(Level::NOTE.message(lock));
    }
    for help in finding.help.lines() {
        group = group.element(Level::HELP.message(normalize_untrusted_str(help)));
    }
    renderer.render(&[group])
}
