//! For a person: the line, a caret under what it is about, the lock, the way out.

use std::collections::BTreeSet;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet, normalize_untrusted_str};

use super::{Input, lock, words};
use crate::lint::{Finding, NotAnalysed, Report, Severity};
use crate::migration::source::Span;
use crate::text::visible;

/// Files that the summary names; a program reads all of them in the other formats.
const NAMED: usize = 10;

/// Bytes of a line; longer ones are data, and not drawn.
const LONGEST_LINE: usize = 4096;

/// Draws findings as rustc draws its own, and ends with the count.
pub fn human(input: Input<'_>) -> String {
    let report = input.report;
    let renderer = if input.color { Renderer::styled() } else { Renderer::plain() };
    let mut text = fixed(report);
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

/// What `--fix` has done, and what it has left alone.
fn fixed(report: &Report) -> String {
    let place =
        |finding: &Finding| format!("{}:{}: {}", visible(&finding.path), finding.start.line, finding.rule.id);
    let done = report.fixed.iter().map(|finding| format!("fixed: {}\n", place(finding)));
    let left = report
        .refused
        .iter()
        .map(|refused| format!("not fixed: {}: {}\n", place(&refused.finding), visible(&refused.reason)));
    let told: String = done.chain(left).collect();
    if told.is_empty() { told } else { told + "\n" }
}

/// Which statements nobody looked into: silence about them would look like approval.
fn not_analysed(statements: &[NotAnalysed]) -> String {
    let line = |statement: &NotAnalysed| {
        let (path, reason) = (visible(&statement.path), visible(&statement.reason));
        format!("not analysed: {path}:{}: {reason}\n", statement.start.line)
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
    let title = level.primary_title(&finding.message).id(finding.rule.id);
    let path = visible(&finding.path);
    let mut group = match lines(source, finding.span) {
        Some(lines) => {
            let place = finding.span.start - lines.start..finding.span.end - lines.start;
            let snippet = Snippet::source(&source[lines])
                .line_start(finding.start.line)
                .path(path.as_str())
                .annotation(AnnotationKind::Primary.span(place));
            title.element(snippet)
        }
        None => {
            let place = Origin::path(path.as_str()).line(finding.start.line);
            title.element(place.char_column(finding.start.column))
        }
    };
    if let Some(lock) = lock(finding) {
        group = group.element(Level::NOTE.message(lock));
    }
    for help in finding.help.lines() {
        group = group.element(Level::HELP.message(normalize_untrusted_str(help)));
    }
    renderer.render(&[group])
}

/// The lines that a span is in, as bytes; nothing where they are too long to show.
fn lines(source: &str, span: Span) -> Option<Range<usize>> {
    let text = source.as_bytes();
    let (before, after) = (text.get(..span.start)?, text.get(span.end..)?);
    // a file may be one long line: looking for its ends has to stop
    let back = before.iter().rev().take(LONGEST_LINE).position(|byte| *byte == b'\n');
    let on = after.iter().take(LONGEST_LINE).position(|byte| *byte == b'\n');
    let start = back.map(|length| span.start - length).or((before.len() < LONGEST_LINE).then_some(0))?;
    let end = on.map(|length| span.end + length).or((after.len() < LONGEST_LINE).then_some(text.len()))?;
    // the last line's CR isn't part of what it shows
    let end = end - usize::from(end > span.end && text[end - 1] == b'\r');
    let longest = source.get(start..end)?.lines().map(str::len).max().unwrap_or_default();
    (longest < LONGEST_LINE).then_some(start..end)
}
