//! A comment for a pull request: how many findings, and under each file what they are and the safe way.

use super::{Input, lock, repository_path, words};
use crate::lint::{Finding, NotAnalysed, Severity, Summary};

/// The first line, by which the comment of an earlier run is found and replaced.
pub const MARKER: &str = "<!-- midflight lint -->";

/// GitHub takes 65,536 characters.
const LONGEST: usize = 65_000;

/// What is kept free for saying what was left out.
const RESERVE: usize = 300;

/// A text that grows as long as there is room.
struct Comment {
    text: String,
    room: usize,
}

impl Comment {
    /// Adds a piece, whole or not at all; `closing` is what has to follow it.
    fn add(&mut self, piece: &str, closing: &str) -> bool {
        let length = piece.chars().count();
        let fits = length + closing.chars().count() <= self.room;
        if fits {
            self.text.push_str(piece);
            self.room -= length;
        }
        fits
    }
}

/// The comment. Without findings it says so, and an earlier one can turn green.
pub fn markdown(input: Input<'_>) -> String {
    let report = input.report;
    let mut comment = Comment { text: String::new(), room: LONGEST - RESERVE };
    comment.add(&head(&report.summary), "");
    let mut shown = 0;
    for of_file in report.findings.chunk_by(|a, b| a.file == b.file) {
        shown += section(&mut comment, of_file);
    }
    let left = report.findings.len() - shown;
    if left > 0 {
        let more = words::counted(left, "more finding");
        comment.text.push_str(&format!(
            "\n{more} not shown: a comment has no room for them. `midflight lint` prints all.\n"
        ));
    }
    not_analysed(&mut comment, &report.not_analysed);
    comment.text
}

fn head(summary: &Summary) -> String {
    format!(
        "{MARKER}\n### midflight lint: {}\n\n\
         | files | statements | not analysed | errors | warnings | advice | silenced |\n\
         |--:|--:|--:|--:|--:|--:|--:|\n\
         | {} | {} | {} | {} | {} | {} | {} |\n",
        words::found(summary),
        summary.files,
        summary.statements,
        summary.not_analysed,
        summary.errors,
        summary.warnings,
        summary.advice,
        summary.suppressed,
    )
}

/// The findings of one file, as many as there is room for; says how many.
fn section(comment: &mut Comment, findings: &[Finding]) -> usize {
    const END: &str = "\n</details>\n";
    let Some(first) = findings.first() else { return 0 };
    let path = html(&one_line(repository_path(&first.path)));
    let open = if findings.iter().any(|finding| finding.severity == Severity::Error) { " open" } else { "" };
    let count = words::counted(findings.len(), "finding");
    let start = format!("\n<details{open}><summary><code>{path}</code>: {count}</summary>\n\n");
    let items: Vec<String> = findings.iter().map(item).collect();
    // no file without a finding
    if !comment.add(&start, &(items[0].clone() + END)) {
        return 0;
    }
    let shown = items.iter().take_while(|item| comment.add(item, END)).count();
    comment.add(END, "");
    shown
}

fn item(finding: &Finding) -> String {
    let rule = finding.rule.id;
    let mut text = format!(
        "- **{}** `{rule}`, line {}: {}",
        finding.severity,
        finding.start.line,
        inline(&finding.message)
    );
    if let Some(lock) = lock(finding) {
        text.push_str(&format!("; {lock}"));
    }
    text.push('\n');
    for way in finding.help.lines() {
        text.push_str(&format!("  - {}\n", inline(way)));
    }
    text
}

fn not_analysed(comment: &mut Comment, statements: &[NotAnalysed]) {
    const START: &str = "\n<details><summary>Not analysed</summary>\n\n";
    const END: &str = "\n</details>\n";
    if statements.is_empty() || !comment.add(START, END) {
        return;
    }
    let line = |statement: &NotAnalysed| {
        let path = inline(&format!("`{}`", repository_path(&statement.path)));
        format!("- {path}, line {}: {}\n", statement.start.line, inline(&statement.reason))
    };
    let shown = statements.iter().take_while(|statement| comment.add(&line(statement), END)).count();
    if shown < statements.len() {
        comment.text.push_str(&format!("- {} more\n", statements.len() - shown));
    }
    comment.add(END, "");
}

/// Text whose code is in backticks, as Markdown: outside of them nothing but letters has a meaning.
fn inline(text: &str) -> String {
    let text = one_line(text);
    if text.matches('`').count() % 2 == 1 {
        return escaped(&text);
    }
    let part = |(i, part): (usize, &str)| {
        if i % 2 == 1 { format!("`{part}`") } else { escaped(part) }
    };
    text.split('`').enumerate().map(part).collect()
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => out.extend(['\\', c]),
            // names nobody
            '@' => out.push_str("@\u{200b}"),
            c => out.push_str(&html(c.encode_utf8(&mut [0; 4]))),
        }
    }
    out
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}
