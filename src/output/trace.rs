//! What a trace saw, under the findings: for people and for machines.

use serde_json::{Value, json};

use super::time;
use crate::ident::{Ident, TableName};
use crate::migration::Migration;
use crate::migration::source::{Source, Span};
use crate::plan::LockMode;
use crate::trace::compare::{Judged, Reported, Verdict};
use crate::trace::{
    FileTrace, Gap, Kind, LockTaken, NotDone, Observed, Outcome, Relation, StatementTrace, TraceReport,
};

/// A trace and what there is to say about it.
pub struct Traced<'a> {
    /// What was seen.
    pub report: &'a TraceReport,
    /// The judgements on it, by file and statement.
    pub judged: &'a [Vec<Judged>],
    /// Every file that the report is about.
    pub migrations: &'a [Migration],
    /// The schema that need not be named.
    pub schema: &'a Ident,
}

/// How much of a statement a line has room for.
const HEAD: usize = 64;

impl Traced<'_> {
    /// For a person.
    pub fn human(&self) -> String {
        let report = self.report;
        let mut text = String::new();
        if report.replayed > 0 {
            text.push_str(&format!("earlier files, replayed first: {}\n", report.replayed));
        }
        for Gap { path, span, why } in &report.gaps {
            text.push_str(&format!("{path}:{}: {}\n", self.line(path, *span), reason(why)));
        }
        if !report.made.is_empty() {
            text.push_str(&format!("made, because no file makes it: {}\n", report.made.join(", ")));
        }
        for (file, judged) in report.files.iter().zip(self.judged) {
            text.push_str(&self.file(file, judged));
        }
        text.push_str(&self.disagreements());
        text
    }

    fn file(&self, file: &FileTrace, judged: &[Judged]) -> String {
        let mut text =
            format!("\n{} on PostgreSQL {} in a throwaway server\n", file.path, self.report.server);
        if !file.rows.empty().is_empty() {
            let empty = self.names(file.rows.empty());
            text.push_str(&format!("  without rows, so that scans don't show: {empty}\n"));
        }
        if let Some((statement, error)) = file.rows.failed() {
            let line = file.statements.get(statement).map_or(0, |it| self.line(&file.path, it.span));
            text.push_str(&format!(
                "  without made-up rows from line {line} on, so that scans don't show there; with them: {} (SQLSTATE {})\n",
                error.message, error.sqlstate
            ));
        }
        for (statement, judged) in file.statements.iter().zip(judged) {
            text.push_str(&self.statement(&file.path, statement, judged));
        }
        text
    }

    fn statement(&self, path: &str, statement: &StatementTrace, judged: &Judged) -> String {
        let head: String = match statement.head.char_indices().nth(HEAD) {
            Some((end, _)) => format!("{}…", &statement.head[..end]),
            None => statement.head.clone(),
        };
        let line = self.line(path, statement.span);
        let (took, mut facts) = match &statement.outcome {
            Outcome::Done { took, seen } => (time(*took), self.facts(seen)),
            Outcome::NotDone(why) => (String::new(), vec![reason(why)]),
        };
        if !judged.reported.is_empty() {
            let said: Vec<String> = judged.reported.iter().map(said).collect();
            facts.push(format!("said: {}", said.join(", ")));
        }
        let mut text =
            format!("{line:>5}  {head:<width$}  {took}", width = HEAD + 1).trim_end().to_owned() + "\n";
        for fact in facts {
            text.push_str(&format!("       {fact}\n"));
        }
        text
    }

    fn facts(&self, seen: &Observed) -> Vec<String> {
        let mut facts: Vec<String> = telling(&seen.locks).into_iter().map(|lock| self.lock(lock)).collect();
        let held =
            seen.held.iter().filter(|lock| lock.relation.existed_before && lock.mode >= LockMode::Share);
        let held: Vec<String> = held
            .filter(|lock| lock.relation.kind != Kind::Index)
            .map(|lock| format!("{} on {}", lock.mode.name(), self.name(&lock.relation.name)))
            .collect();
        if !held.is_empty() {
            facts.push(format!("still held: {}", held.join(", ")));
        }
        for (verb, relations) in work(seen) {
            if !relations.is_empty() {
                let names: Vec<String> = relations.iter().map(|relation| self.name(&relation.name)).collect();
                facts.push(format!("{verb} {}", names.join(", ")));
            }
        }
        facts
    }

    fn lock(&self, lock: &LockTaken) -> String {
        let what = format!("{} on {}", lock.mode.name(), self.name(&lock.relation.name));
        match lock.relation.existed_before {
            true => format!("{what} (existed before): blocks {}", lock.mode.blocks()),
            false => format!("{what} (new)"),
        }
    }

    /// A line for each disagreement with the findings.
    fn disagreements(&self) -> String {
        let mut lines = Vec::new();
        for (file, judged) in self.report.files.iter().zip(self.judged) {
            for (statement, judged) in file.statements.iter().zip(judged) {
                let place = format!("{}:{}", file.path, self.line(&file.path, statement.span));
                let unseen = judged.reported.iter().filter(|said| said.verdict == Verdict::NotSeen);
                lines.extend(unseen.map(|said| format!("said but not seen: {place}: {}", said.rule)));
                lines.extend(judged.unsaid.as_ref().map(|unsaid| {
                    let names: Vec<String> =
                        unsaid.relations.iter().map(|relation| self.name(&relation.name)).collect();
                    format!(
                        "seen but not said: {place}: holds {} on {} while it {} {}",
                        unsaid.lock.mode.name(),
                        self.name(&unsaid.lock.relation.name),
                        unsaid.work.verb(),
                        names.join(", ")
                    )
                }));
            }
        }
        match lines.is_empty() {
            true => "\nfindings and trace agree\n".to_owned(),
            false => format!("\n{}\n", lines.join("\n")),
        }
    }

    /// For a program: the value of the key `trace`.
    pub fn json(&self) -> Value {
        let report = self.report;
        let gap = |gap: &Gap| {
            let mut value = json!({ "path": gap.path, "line": self.line(&gap.path, gap.span) });
            merge(&mut value, why(&gap.why));
            value
        };
        let files = report.files.iter().zip(self.judged);
        json!({
            "server": report.server,
            "replayed": report.replayed,
            "gaps": report.gaps.iter().map(gap).collect::<Vec<_>>(),
            "made": report.made,
            "files": files.map(|(file, judged)| self.file_json(file, judged)).collect::<Vec<_>>(),
        })
    }

    fn file_json(&self, file: &FileTrace, judged: &[Judged]) -> Value {
        let empty: Vec<String> = file.rows.empty().iter().map(ToString::to_string).collect();
        let failed =
            file.rows.failed().map(|(statement, error)| json!({ "statement": statement, "error": error }));
        let statements = file.statements.iter().zip(judged);
        json!({
            "path": file.path,
            "rows": { "empty": empty, "failed": failed },
            "statements": statements.map(|(it, judged)| self.statement_json(&file.path, it, judged)).collect::<Vec<_>>(),
        })
    }

    fn statement_json(&self, path: &str, statement: &StatementTrace, judged: &Judged) -> Value {
        let source = self.source(path);
        let position = |byte: usize| source.map(|source| source.position(byte));
        let (start, end) = (position(statement.span.start), position(statement.span.end));
        let mut value = json!({
            "line": start.map(|at| at.line), "column": start.map(|at| at.column),
            "end_line": end.map(|at| at.line), "end_column": end.map(|at| at.column),
            "sql": statement.head,
        });
        let none = Observed::default();
        let (took, seen) = match &statement.outcome {
            Outcome::Done { took, seen } => (Some(took.as_secs_f64() * 1000.0), seen),
            Outcome::NotDone(_) => (None, &none),
        };
        let unsaid = judged.unsaid.as_ref().map(|unsaid| {
            json!({
                "lock": lock_json(&unsaid.lock), "work": unsaid.work.verb(), "relations": relations(&unsaid.relations),
            })
        });
        let said = |said: &Reported| json!({ "rule": said.rule, "verdict": verdict(said.verdict) });
        merge(
            &mut value,
            json!({
                "took_ms": took.map(|ms| (ms * 1000.0).round() / 1000.0),
                "locks": seen.locks.iter().map(lock_json).collect::<Vec<_>>(),
                "held": seen.held.iter().map(lock_json).collect::<Vec<_>>(),
                "rewritten": relations(&seen.rewritten),
                "scanned": relations(&seen.scanned),
                "built": relations(&seen.built),
                "said": judged.reported.iter().map(said).collect::<Vec<_>>(),
                "unsaid": unsaid,
            }),
        );
        let outcome = match &statement.outcome {
            Outcome::Done { .. } => json!({ "error": null, "not_run": null }),
            Outcome::NotDone(it) => why(it),
        };
        merge(&mut value, outcome);
        value
    }

    fn source(&self, path: &str) -> Option<&Source> {
        self.migrations.iter().map(|migration| &migration.source).find(|source| source.path == path)
    }

    fn line(&self, path: &str, span: Span) -> usize {
        self.source(path).map_or(0, |source| source.position(span.start).line)
    }

    fn name(&self, name: &TableName) -> String {
        if name.schema == *self.schema { name.name.to_string() } else { name.to_string() }
    }

    fn names(&self, names: &[TableName]) -> String {
        names.iter().map(|name| self.name(name)).collect::<Vec<_>>().join(", ")
    }
}

/// The locks that tell a person something: strong ones, and on an index only where it is more than on any table.
fn telling(locks: &[LockTaken]) -> Vec<&LockTaken> {
    let strong = locks.iter().filter(|lock| lock.mode >= LockMode::ShareUpdateExclusive);
    let (indexes, mut tables): (Vec<_>, Vec<_>) = strong
        .filter(|lock| lock.relation.kind != Kind::Sequence)
        .partition(|lock| lock.relation.kind == Kind::Index);
    let strongest = tables.iter().map(|lock| lock.mode).max();
    let more = |lock: &&LockTaken| lock.relation.existed_before && Some(lock.mode) > strongest;
    tables.extend(indexes.into_iter().filter(more));
    tables
}

fn work(seen: &Observed) -> [(&'static str, &[Relation]); 3] {
    // what is rewritten is read as well
    let scanned: &[Relation] = if seen.rewritten.is_empty() { &seen.scanned } else { &[] };
    [("rewrites", &seen.rewritten), ("builds", &seen.built), ("scans", scanned)]
}

fn said(said: &Reported) -> String {
    match said.verdict {
        Verdict::Confirmed => format!("{} (confirmed)", said.rule),
        Verdict::NotSeen => format!("{} (not seen)", said.rule),
        Verdict::Unchecked => said.rule.to_owned(),
    }
}

const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Confirmed => "confirmed",
        Verdict::NotSeen => "not_seen",
        Verdict::Unchecked => "unchecked",
    }
}

fn reason(why: &NotDone) -> String {
    match why {
        NotDone::Failed(error) => format!("fails: {} (SQLSTATE {})", error.message, error.sqlstate),
        NotDone::NotRun(why) => format!("not run: {why}"),
    }
}

fn why(why: &NotDone) -> Value {
    match why {
        NotDone::Failed(error) => json!({ "error": error, "not_run": null }),
        NotDone::NotRun(why) => json!({ "error": null, "not_run": why }),
    }
}

fn lock_json(lock: &LockTaken) -> Value {
    let blocks: &[&str] = match lock.mode {
        LockMode::AccessExclusive => &["reads", "writes"],
        mode if mode >= LockMode::Share => &["writes"],
        _ => &[],
    };
    json!({
        "relation": lock.relation.name.to_string(), "kind": lock.relation.kind,
        "existed_before": lock.relation.existed_before, "lock": lock.mode, "blocks": blocks,
    })
}

fn relations(relations: &[Relation]) -> Vec<String> {
    relations.iter().map(|relation| relation.name.to_string()).collect()
}

fn merge(value: &mut Value, more: Value) {
    if let (Value::Object(value), Value::Object(more)) = (value, more) {
        value.extend(more);
    }
}
