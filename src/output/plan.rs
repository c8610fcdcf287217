//! Plans for people and for programs.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value, json};

use super::{count, visible};
use crate::plan::{Conversion, Mode, Plan, Step, TableLock, Work};
use crate::state::Stage;

/// A plan for a person: every step with what it locks and what it costs, and its SQL.
pub fn human(plan: &Plan) -> String {
    let mut out = format!("{}\n", plan.migration);
    section(&mut out, "expand", EXPAND, &plan.expand);
    if !plan.backfill.is_empty() || !plan.finish.is_empty() {
        backfill(&mut out, plan);
    }
    section(&mut out, "contract", CONTRACT, &plan.contract);
    notes(&mut out, plan);
    visible(&out)
}

/// What one stage of a plan would do, for a person.
pub fn for_stage(stage: Stage, plan: &Plan) -> String {
    let mut out = format!("{}\n", plan.migration);
    match stage {
        Stage::Expand => section(&mut out, "expand", EXPAND, &plan.expand),
        Stage::Backfill => backfill(&mut out, plan),
        Stage::Verify => comparison(&mut out, plan),
        Stage::Contract => section(&mut out, "contract", CONTRACT, &plan.contract),
        Stage::Rollback => section(&mut out, "rollback", "N runs afterwards", &plan.expand),
        Stage::Undo => {
            section(&mut out, "undo", "N runs afterwards; rollback follows at once", &plan.contract);
        }
        Stage::Amend => section(&mut out, "amend", "N and N+1 run", &plan.expand),
        Stage::Purge => section(&mut out, "purge", "N+1 runs; no way back from here", &plan.contract),
    }
    notes(&mut out, plan);
    visible(&out)
}

const EXPAND: &str = "release N runs; then N and N+1";
const CONTRACT: &str = "N+1 runs; no way back from here";

fn backfill(out: &mut String, plan: &Plan) {
    let _ = writeln!(out, "\n  backfill  (N and N+1 run)");
    if plan.backfill.is_empty() && plan.finish.is_empty() {
        let _ = writeln!(out, "    nothing to do");
    }
    for work in &plan.backfill {
        conversion(out, work);
    }
    for step in &plan.finish {
        self::step(out, "backfill", step);
    }
}

fn comparison(out: &mut String, plan: &Plan) {
    let _ = writeln!(out, "\n  verify  (N and N+1 run)");
    if plan.backfill.is_empty() {
        let _ = writeln!(out, "    nothing to do: no rows are converted");
    }
    for work in &plan.backfill {
        let rows = count(work.rows);
        let _ = writeln!(out, "    rows         compare every row of {}: about {rows} rows", work.table);
        let _ = writeln!(out, "                 in short ranges, under no lock that blocks reads or writes");
    }
}

fn notes(out: &mut String, plan: &Plan) {
    if !plan.notes.is_empty() {
        let _ = writeln!(out, "\n  notes");
    }
    for note in &plan.notes {
        let _ = writeln!(out, "    - {note}");
    }
}

/// A plan in few lines: what each step does and locks, without its SQL.
pub fn brief(plan: &Plan) -> String {
    let mut out = String::new();
    plan.expand.iter().for_each(|step| brief_step(&mut out, step));
    for work in &plan.backfill {
        let _ = writeln!(
            out,
            "  {:<12} fill {} of {}: about {} rows",
            "rows",
            names(work),
            work.table,
            count(work.rows)
        );
        let _ = writeln!(out, "  {:<12}   locks only the rows of one small batch", "");
    }
    plan.finish.iter().chain(&plan.contract).for_each(|step| brief_step(&mut out, step));
    for note in &plan.notes {
        let _ = writeln!(out, "  {:<12} {note}", "note");
    }
    visible(&out)
}

fn brief_step(out: &mut String, step: &Step) {
    let _ = writeln!(out, "  {:<12} {}", step.id, step.summary);
    for line in locked(step) {
        let _ = writeln!(out, "  {:<12}   {line}", "");
    }
}

/// So many locks of one kind are named one by one.
const NAMED_LOCKS: usize = 4;

/// A line a lock; of many alike, as on a table with its partitions, one line names the first.
fn locked(step: &Step) -> Vec<String> {
    let line = |lock: &TableLock, more: usize| {
        let more = if more > 0 { format!(" and {more} more, such as its partitions") } else { String::new() };
        let (mode, blocks) = (lock.mode.name(), lock.mode.blocks());
        format!("lock {mode} on {}{more}: blocks {blocks}, {}", lock.table, duration(step))
    };
    match &step.locks[..] {
        [] if step.work == Work::Unknown => {
            vec!["locks unknown: what your SQL takes, for as long as it takes".to_owned()]
        }
        [first, rest @ ..]
            if rest.len() >= NAMED_LOCKS && rest.iter().all(|lock| lock.mode == first.mode) =>
        {
            vec![line(first, rest.len())]
        }
        locks => locks.iter().map(|lock| line(lock, 0)).collect(),
    }
}

fn section(out: &mut String, stage: &str, meanwhile: &str, steps: &[Step]) {
    let _ = writeln!(out, "\n  {stage}  ({meanwhile})");
    if steps.is_empty() {
        let _ = writeln!(out, "    nothing to do");
    }
    for each in steps {
        step(out, stage, each);
    }
}

fn step(out: &mut String, stage: &str, step: &Step) {
    let _ = writeln!(out, "    {:<12} {}", step.id, step.summary);
    for line in locked(step) {
        let _ = writeln!(out, "                 {line}");
    }
    let how = match step.mode {
        Mode::Transaction => "in one transaction",
        Mode::Batches(_) => "in small batches along the key, each with the key that it has reached",
        Mode::Alone { .. } => "outside a transaction",
    };
    let undo = match stage {
        "rollback" => "",
        "contract" => "; can't be undone",
        _ if step.work == Work::Rows => "; a rollback leaves it",
        _ if step.undo.is_empty() => "; nothing to undo",
        _ => "; undone by rollback",
    };
    let _ = writeln!(out, "                 {how}{undo}");
    if let Mode::Batches(work) = &step.mode {
        let _ = writeln!(out, "                 passes about {} rows", count(work.rows));
    }
    for sql in &step.sql {
        for line in format!("{sql};").lines() {
            let _ = writeln!(out, "                 | {line}");
        }
    }
}

fn duration(step: &Step) -> &'static str {
    match step.work {
        Work::Catalog => "for milliseconds: catalog only",
        Work::Scan => "while it reads the table",
        Work::Rewrite => "while it rewrites a small table",
        Work::IndexBuild => "while it builds the index",
        Work::Unknown => "for as long as your SQL takes",
        Work::Rows => "and the rows of a batch until it ends",
    }
}

fn conversion(out: &mut String, work: &Conversion) {
    let size = size_of(work.bytes);
    let _ = writeln!(
        out,
        "    rows         fill {} of {}: about {} rows, {size}, in small batches; around {}",
        names(work),
        work.table,
        count(work.rows),
        super::time(estimate(work))
    );
    let _ =
        writeln!(out, "                 locks only the rows of one batch, and skips rows that are locked");
    let _ = writeln!(
        out,
        "                 every eighth row of a stretch of pages at a time: most rows find room on their own page (HOT)"
    );
    let usual = Growth::usual(work);
    let worst = Growth::with_an_old_snapshot(work);
    let _ = writeln!(
        out,
        "                 disk: table +{}, its indexes +{}, WAL around {}; with a snapshot open all the time +{}, +{}, {}",
        size_of(usual.table),
        size_of(usual.indexes),
        size_of(usual.wal),
        size_of(worst.table),
        size_of(worst.indexes),
        size_of(worst.wal)
    );
    let _ = writeln!(
        out,
        "                 | UPDATE {} SET {} WHERE {};",
        work.table, work.assignments, work.pending
    );
}

/// What a conversion needs on disk, estimated in bytes.
struct Growth {
    table: i64,
    indexes: i64,
    wal: i64,
}

impl Growth {
    /// Three rows in four stay on their page and touch no index (measured: +27 % and +57 %, see docs/benchmarks.md).
    fn usual(work: &Conversion) -> Self {
        let (table, indexes) = (work.bytes * 3 / 10, work.index_bytes * 6 / 10);
        Self { table, indexes, wal: work.bytes * 2 + work.index_bytes + work.rows * 80 }
    }

    /// Old versions can't be removed, so each row is there twice (measured: +108 % and +101 %).
    fn with_an_old_snapshot(work: &Conversion) -> Self {
        let wal = work.bytes * 3 + work.index_bytes * 3 / 2 + work.rows * 80;
        Self { table: work.bytes * 11 / 10, indexes: work.index_bytes, wal }
    }

    fn json(&self) -> Value {
        json!({ "table": self.table, "indexes": self.indexes, "wal": self.wal })
    }
}

fn size_of(bytes: i64) -> bytesize::ByteSize {
    bytesize::ByteSize(bytes.unsigned_abs())
}

/// Rows a second that a small server converts while it serves (two cores, measured: 100,000 to 200,000).
const ROWS_PER_SECOND: i64 = 100_000;

fn estimate(work: &Conversion) -> Duration {
    Duration::from_millis((work.rows.max(0) * 1000 / ROWS_PER_SECOND).unsigned_abs())
}

fn names(work: &Conversion) -> String {
    work.columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A plan for a program.
pub fn json(plan: &Plan) -> Value {
    let steps = |stage: &str| -> Vec<Value> {
        plan.steps().filter(|(of, _)| *of == stage).map(|(_, step)| step_json(step)).collect()
    };
    let rows: Vec<Value> = plan
        .backfill
        .iter()
        .map(|work| {
            json!({
                "table": work.table.to_string(),
                "columns": work.columns,
                "rows": work.rows,
                "bytes": work.bytes,
                "estimated_seconds": estimate(work).as_secs_f64(),
                "batches": "hot_stripes",
                "estimated_growth_bytes": Growth::usual(work).json(),
                "estimated_growth_bytes_with_an_old_snapshot": Growth::with_an_old_snapshot(work).json(),
                "set": work.assignments,
                "where": work.pending,
            })
        })
        .collect();
    json!({
        "schema_version": 1,
        "migration": plan.migration,
        "expand": steps("expand"),
        "backfill": { "rows": rows, "steps": steps("backfill") },
        "contract": steps("contract"),
        "version_schema": plan.version_schema.as_ref().map(|version| {
            json!({ "schema": version.schema, "tables": version.tables })
        }),
        "notes": plan.notes,
    })
}

fn step_json(step: &Step) -> Value {
    let locks: Vec<Value> = step
        .locks
        .iter()
        .map(|lock| json!({ "table": lock.table.to_string(), "lock": lock.mode.name(), "blocks": lock.mode.blocks() }))
        .collect();
    json!({
        "id": step.id,
        "summary": step.summary,
        "sql": step.sql,
        "undo": step.undo,
        "transactional": step.mode == Mode::Transaction,
        "reversible": !step.id.starts_with("contract"),
        "locks": locks,
        "work": step.work,
    })
}
