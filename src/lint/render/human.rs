//! For a person: the line, a caret under what it is about, the lock, the way out.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, normalize_untrusted_str};

use crate::lint::{Finding, Report, Severity, Summary};
use crate::migration::Migration;

/// Draws findings as rustc draws its own, and ends with the count. `migrations` are those that were checked.
pub fn human(report: &Report, migrations: &[Migration], color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for finding in &report.findings {
        let source = migrations.get(finding.file).map_or("", |migration| migration.source.text.as_str());
        text.push_str(&draw(&renderer, finding, source));
        text.push_str("\n\n");
    }
    text.push_str(&count(&report.summary));
    text.push('\n');
    text
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
    if let Some(lock) = finding.lock.filter(|lock| lock.is_blocking()) {
        let who = lock.blocks().join(" and ");
        let how_long = finding.estimate.as_ref().map_or_else(String::new, |estimate| format!(" {estimate}"));
        group = group
            .element(Level::NOTE.message(format!("takes {}, which blocks {who}{how_long}", lock.name())));
    }
    for help in finding.help.lines() {
        group = group.element(Level::HELP.message(normalize_untrusted_str(help)));
    }
    renderer.render(&[group])
}

/// `2 errors, 1 advice in 3 files (12 statements, 1 not analysed, 2 silenced)`
fn count(summary: &Summary) -> String {
    let found =
        [(summary.errors, "error", "s"), (summary.warnings, "warning", "s"), (summary.advice, "advice", "")];
    let found = found.iter().filter(|(n, ..)| *n > 0).map(|(n, word, plural)| counted(*n, word, plural));
    let found = found.collect::<Vec<_>>().join(", ");
    let mut aside = vec![counted(summary.statements, "statement", "s")];
    if summary.not_analysed > 0 {
        aside.push(format!("{} not analysed", summary.not_analysed));
    }
    if summary.suppressed > 0 {
        aside.push(format!("{} silenced", summary.suppressed));
    }
    let found = if found.is_empty() { "no findings" } else { &found };
    format!("{found} in {} ({})", counted(summary.files, "file", "s"), aside.join(", "))
}

fn counted(n: usize, word: &str, plural: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { plural })
}
