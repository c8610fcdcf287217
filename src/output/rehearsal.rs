//! What a rehearsal found, for people and for programs.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value, json};

use super::{time, visible};
use crate::compare::Volatile;
use crate::ident::TableName;
use crate::plan::Work;
use crate::rehearse::steps::StepRun;
use crate::rehearse::{End, FileRun, Report, Rows};
use crate::trace::{Observed, Outcome, Relation, StatementTrace};

/// How much of a statement a line has room for.
const HEAD: usize = 64;

/// For a person. Every statement and step where they want all.
pub fn human(report: &Report, all: bool) -> String {
    let mut out = format!("throwaway server: PostgreSQL {}\n", report.server);
    let _ = writeln!(out, "rows: {}", rows(&report.rows));
    for note in &report.notes {
        let _ = writeln!(out, "note: {note}");
    }
    match report.not_created.len() {
        0 => {}
        _ if all => out.extend(report.not_created.iter().map(|one| format!("not created: {one}\n"))),
        more => {
            let _ = writeln!(
                out,
                "note: not created, since it needs what was not copied: {more} (`--verbose` names each)"
            );
        }
    }
    for run in &report.files {
        file(&mut out, run, all);
    }
    visible(&out)
}

fn rows(rows: &Rows) -> String {
    match rows {
        Rows::MadeUp { empty } if empty.is_empty() => "made up".to_owned(),
        Rows::MadeUp { empty } => format!("made up; none in {}", names(empty)),
        Rows::Sampled(most) => format!("real ones, up to {most} a table and those that they refer to"),
        Rows::Empty { because } => {
            format!("none, since made-up ones were in the way ({because}); `--sample` takes real ones")
        }
    }
}

fn file(out: &mut String, run: &FileRun, all: bool) {
    let _ = writeln!(out, "\n{}", run.migration.id);
    if !run.statements.is_empty() {
        let _ = writeln!(out, "  as plain SQL, {}", time(run.direct));
        for statement in &run.statements {
            direct(out, run, statement, all);
        }
    }
    let _ = writeln!(out, "  by the plan, {}", time(run.stages));
    for step in run.steps.iter().filter(|step| all || costs(step)) {
        let _ = writeln!(
            out,
            "    {:<12} {}  {}  {}",
            step.id,
            step.summary,
            work(step.work).unwrap_or(""),
            time(step.took)
        );
    }
    for (stage, tables) in &run.rewritten {
        let _ = writeln!(out, "    {} rewrites {}", stage.name(), names(tables));
    }
    end(out, &run.end);
}

fn direct(out: &mut String, run: &FileRun, statement: &StatementTrace, all: bool) {
    let (took, facts) = match &statement.outcome {
        Outcome::Done { took, seen } => (Some(*took), facts(seen)),
        Outcome::NotDone(_) => (None, Vec::new()),
    };
    if !all && facts.is_empty() {
        return;
    }
    let head: String = match statement.head.char_indices().nth(HEAD) {
        Some((end, _)) => format!("{}…", &statement.head[..end]),
        None => statement.head.clone(),
    };
    let line = run.migration.source.position(statement.span.start).line;
    let took = took.map_or_else(String::new, time);
    let _ = writeln!(out, "    line {line:<5}  {head}  {took}");
    for fact in facts {
        let _ = writeln!(out, "      {fact}");
    }
}

fn facts(seen: &Observed) -> Vec<String> {
    let parts = [("rewrites", &seen.rewritten), ("scans", &seen.scanned), ("builds", &seen.built)];
    let some = parts.into_iter().filter(|(_, relations)| !relations.is_empty());
    some.map(|(verb, relations)| format!("{verb} {}", relation_names(relations).join(", "))).collect()
}

fn relation_names(relations: &[Relation]) -> Vec<String> {
    relations.iter().map(|relation| relation.name.to_string()).collect()
}

fn costs(step: &StepRun) -> bool {
    !matches!(step.work, Some(Work::Catalog))
}

const fn work(work: Option<Work>) -> Option<&'static str> {
    match work {
        None | Some(Work::Catalog) => None,
        Some(Work::Scan) => Some("(scans)"),
        Some(Work::Rewrite) => Some("(rewrites a small table)"),
        Some(Work::IndexBuild) => Some("(builds an index)"),
        Some(Work::Rows) => Some("(changes rows)"),
        Some(Work::Unknown) => Some("(your own SQL)"),
    }
}

fn end(out: &mut String, end: &End) {
    let (heading, lines, chance): (&str, Vec<String>, &[Volatile]) = match end {
        End::Alike { chance } => {
            ("alike: both ways leave the same catalog and the same rows", Vec::new(), chance)
        }
        End::Different { found, chance } => {
            let lines = found.iter().map(ToString::to_string).collect();
            ("DIFFERENT: psql's way is the first, the plan's the second", lines, chance)
        }
        End::OneSided { why } => ("DIFFERENT: only one way leads to an end", vec![why.clone()], &[]),
    };
    let _ = writeln!(out, "  {heading}");
    for line in lines {
        let _ = writeln!(out, "    {line}");
    }
    if !chance.is_empty() {
        let names: Vec<String> = chance.iter().map(left_out).collect();
        let _ = writeln!(out, "    not compared, since it differs by chance: {}", names.join(", "));
    }
}

fn left_out(value: &Volatile) -> String {
    match &value.column {
        Some(column) => format!("{}.{}", value.relation, crate::ident::Ident::new(column.as_str())),
        None => format!("rows of {}", value.relation),
    }
}

fn names(tables: &[TableName]) -> String {
    tables.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// For a program.
pub fn json(report: &Report) -> Value {
    let (kind, most, empty, because) = match &report.rows {
        Rows::MadeUp { empty } => ("made_up", None, empty.iter().map(ToString::to_string).collect(), None),
        Rows::Sampled(most) => ("sampled", Some(*most), Vec::new(), None),
        Rows::Empty { because } => ("none", None, Vec::new(), Some(because.as_str())),
    };
    json!({
        "schema_version": 1,
        "alike": report.is_alike(),
        "server": report.server,
        "rows": { "kind": kind, "sample": most, "empty": empty, "because": because },
        "copied": report.copied,
        "notes": report.notes,
        "not_created": report.not_created,
        "files": report.files.iter().map(file_json).collect::<Vec<_>>(),
    })
}

fn file_json(run: &FileRun) -> Value {
    let (alike, differences, why, chance): (bool, Vec<Value>, Option<&str>, &[Volatile]) = match &run.end {
        End::Alike { chance } => (true, Vec::new(), None, chance),
        End::Different { found, chance } => {
            (false, found.iter().map(|one| json!(one)).collect(), None, chance)
        }
        End::OneSided { why } => (false, Vec::new(), Some(why), &[]),
    };
    json!({
        "migration": run.migration.id,
        "path": run.migration.source.path,
        "alike": alike,
        "why": why,
        "differences": differences,
        "not_compared": chance.iter().map(|one| json!({ "relation": one.relation, "column": one.column })).collect::<Vec<_>>(),
        "direct": {
            "took_ms": milliseconds(run.direct),
            "statements": run.statements.iter().map(|statement| statement_json(run, statement)).collect::<Vec<_>>(),
        },
        "plan": {
            "took_ms": milliseconds(run.stages),
            "steps": run.steps.iter().map(step_json).collect::<Vec<_>>(),
            "rewritten": run.rewritten.iter().map(|(stage, tables)| json!({
                "stage": stage.name(), "relations": tables.iter().map(ToString::to_string).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
        },
    })
}

fn statement_json(run: &FileRun, statement: &StatementTrace) -> Value {
    let none = Observed::default();
    let (took, seen) = match &statement.outcome {
        Outcome::Done { took, seen } => (Some(milliseconds(*took)), seen),
        Outcome::NotDone(_) => (None, &none),
    };
    json!({
        "line": run.migration.source.position(statement.span.start).line,
        "sql": statement.head,
        "took_ms": took,
        "rewritten": relation_names(&seen.rewritten),
        "scanned": relation_names(&seen.scanned),
        "built": relation_names(&seen.built),
        "error": statement.error(),
    })
}

fn step_json(step: &StepRun) -> Value {
    json!({ "id": step.id, "summary": step.summary, "work": step.work, "took_ms": milliseconds(step.took) })
}

/// To a hundredth.
fn milliseconds(took: Duration) -> f64 {
    (took.as_secs_f64() * 100_000.0).round() / 100.0
}
