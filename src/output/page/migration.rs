//! One migration on the page.

use maud::{Markup, html};

use super::story::{EventTold, StepTold, Story, Wait};
use super::timeline::timeline;
use super::{shown, span, words};
use crate::output::{MigrationStatus, TableStatus, count};
use crate::plan::{ContractEffect, Fate};

/// How many waits and entries of the audit are shown, from the end.
const SHOWN: usize = 40;

/// From how many seconds without a sign of life on somebody should look.
const SILENT: i64 = 60;

/// What somebody should know, or do something about.
pub fn attention(status: &MigrationStatus) -> Vec<String> {
    let mut found = Vec::new();
    // who is at work again knows what stopped the last attempt
    let error = status.error.iter().filter(|_| !works(status));
    found.extend(error.map(|error| format!("the last attempt stopped: {error}")));
    found.extend(status.drift.iter().map(|what| format!("drift: {what}")));
    found.extend(status.paused.iter().map(|by| format!("paused by {by}")));
    for table in &status.tables {
        let waits = table.throttled_by.as_ref().filter(|_| status.paused.is_none());
        found.extend(waits.map(|reason| format!("{} waits: {reason}", table.table)));
        if let Some(seconds) = table.silent_seconds.filter(|seconds| *seconds >= SILENT) {
            found.push(format!("{}: no sign of life for {}", table.table, span(seconds as f64)));
        }
        if table.status == "stopped" {
            found.push(format!("{}: interrupted, and nobody is at work", table.table));
        }
    }
    found
}

/// Whether somebody works on its rows.
fn works(status: &MigrationStatus) -> bool {
    status.tables.iter().any(|table| table.status == "running")
}

/// All that is known of it.
pub fn article(story: &Story, live: bool) -> Markup {
    let status = &story.status;
    let id = shown(&status.id);
    html! {
        article id={"m-" (id)} aria-labelledby={"n-" (id)} {
            div.head {
                h2 id={"n-" (id)} { bdi { (id) } " " span.phase { (words(status)) } }
                @if live && !status.verified { (control(status, &id)) }
            }
            @if let Some(next) = &status.next { p { b { "Next: " } (shown(next)) } }
            (stages(status))
            @let cares = attention(status);
            @if !cares.is_empty() {
                ul.cares { @for care in &cares { li { bdi { (shown(care)) } } } }
            }
            @if !status.tables.is_empty() { (tables(status)) }
            (old_release(status))
            @if !status.at_contract.is_empty() { (at_contract(&status.at_contract)) }
            @if !story.phases.is_empty() {
                h3 { "Time line" }
                div.wide tabindex="0" role="region" aria-label={"Time line of " (id)} { (timeline(&story.phases, &story.waits)) }
            }
            @if !story.waits.is_empty() { (waits(&story.waits, &id)) }
            @if !story.steps.is_empty() { (steps(&story.steps, &id)) }
            @if !story.events.is_empty() { (events(&story.events, &id)) }
        }
    }
}

fn control(status: &MigrationStatus, id: &str) -> Markup {
    let (act, word) = if status.paused.is_some() { ("resume", "Resume") } else { ("pause", "Pause") };
    html! {
        button type="button" id={"b-" (id)} data-act=(act) data-migration=(status.id) { (word) span.hidden { " " (id) } }
    }
}

/// The stages, and how far it has come among them.
fn stages(status: &MigrationStatus) -> Markup {
    let back = matches!(status.phase, "rolling_back" | "rolled_back" | "undoing" | "undone");
    let interrupted = status.tables.iter().any(|table| table.status == "stopped");
    let waits = status.tables.iter().any(|table| table.throttled_by.is_some());
    let verified = status.verified_at.as_ref().filter(|_| status.verified);
    let one = |name: &'static str, at: Option<&String>, runs: bool| {
        let (class, word) = match at {
            _ if back => ("off", "taken back".to_owned()),
            _ if runs && status.error.is_some() && !works(status) => ("bad", "stopped".to_owned()),
            _ if runs && interrupted => ("bad", "interrupted".to_owned()),
            _ if runs && status.paused.is_some() => ("now", "paused".to_owned()),
            _ if runs && waits => ("now", "waits".to_owned()),
            _ if runs => ("now", "at work".to_owned()),
            Some(at) => ("done", at.clone()),
            None => ("off", "to come".to_owned()),
        };
        html! {
            li class=(class) aria-current=[runs.then_some("step")] { b { (name) } " " span { (word) } }
        }
    };
    let phase = status.phase;
    html! {
        ol.stages aria-label="Stages" {
            (one("expand", status.expanded_at.as_ref(), phase == "expanding"))
            (one("backfill", status.backfilled_at.as_ref(), phase == "backfilling"))
            (one("verify", verified, false))
            (one("contract", status.contracted_at.as_ref(), phase == "contracting"))
        }
    }
}

fn tables(status: &MigrationStatus) -> Markup {
    html! {
        h3 { "Rows" }
        ul.tables {
            @for table in &status.tables {
                @let label = format!("rows of {} converted", shown(&table.table));
                li {
                    div.line {
                        bdi.name { (shown(&table.table)) }
                        span { (facts(table)) }
                    }
                    progress max="100" value=(table.percent) aria-label=(label) { (table.percent) "%" }
                }
            }
        }
        @if status.verified {
            p { "Verified: every row was read, and both sides hold the same" @if let Some(at) = &status.verified_at { " (" (at) ")" } "." }
        }
    }
}

fn facts(table: &TableStatus) -> String {
    let mut facts = vec![
        format!("{}%", table.percent),
        format!("{} of about {} rows written", count(table.rows_done), count(table.rows_total)),
    ];
    facts.extend(table.rows_per_second.map(|rate| format!("{} rows/s", count(rate))));
    facts.extend(table.eta_seconds.map(|seconds| format!("{} left", span(seconds as f64))));
    if table.status != "running" {
        facts.push(table.status.clone());
    }
    facts.join(" · ")
}

fn old_release(status: &MigrationStatus) -> Markup {
    let sessions = status.old_sessions.as_ref();
    let told = sessions.and_then(crate::state::OldSessions::told);
    let hidden = sessions.map_or(0, |sessions| sessions.hidden);
    html! {
        @if status.old_writes.is_some() || told.is_some() || hidden > 0 {
            h3 { "The old release" }
            ul {
                @if let Some(old) = &status.old_writes {
                    li { (count(old.writes)) " writes since expand" @if let Some(at) = &old.last_seen { ", the last seen at " (at) } }
                }
                @if let Some(told) = told { li { bdi { (shown(&told)) } } }
                @if hidden > 0 { li { (hidden) " sessions of which this role may not see since when" } }
            }
        }
    }
}

fn at_contract(effects: &[ContractEffect]) -> Markup {
    let own = effects.iter().filter(|one| one.own).count();
    html! {
        h3 { "What contract will do" }
        ul {
            @for one in effects.iter().filter(|one| !one.own) {
                li {
                    (verb(one.fate)) " " (shown(&one.kind)) " " bdi { code { (shown(&one.name)) } }
                    @if let Some(to) = &one.to { " to " bdi { code { (shown(to)) } } }
                }
            }
            @if own > 0 { li { "removes what midflight made for the time in between: " (own) " objects" } }
        }
    }
}

const fn verb(fate: Fate) -> &'static str {
    match fate {
        Fate::Drop => "drops",
        Fate::Rename => "renames",
        Fate::Replace => "puts the converted one in place of",
        Fate::Recreate => "recreates",
    }
}

fn waits(waits: &[Wait], id: &str) -> Markup {
    let total: f64 = waits.iter().map(|wait| wait.seconds).sum();
    html! {
        details id={"w-" (id)} open {
            summary { h3 { "Waited " (span(total)) " in all" } }
            ul {
                @for wait in waits.iter().rev().take(SHOWN) {
                    li { (span(wait.seconds)) " until " (wait.until) ": " bdi { (shown(&wait.reason)) } }
                }
            }
        }
    }
}

fn steps(steps: &[StepTold], id: &str) -> Markup {
    let done = steps.iter().filter(|step| step.status == "done").count();
    html! {
        details id={"s-" (id)} {
            summary { h3 { "Steps: " (done) " of " (steps.len()) " done" } }
            div.wide tabindex="0" role="region" aria-label={"Steps of " (id)} {
                table {
                    thead { tr {
                        th scope="col" { "Step" } th scope="col" { "What it does" } th scope="col" { "State" }
                        th.number scope="col" { "Took" } th.number scope="col" { "Tries" }
                    } }
                    tbody {
                        @for step in steps {
                            tr {
                                th scope="row" { (shown(&step.id)) }
                                td {
                                    @if let Some(summary) = &step.summary { bdi { (shown(summary)) } br; }
                                    bdi { code { (shown(&step.sql)) } }
                                    @if let Some(error) = &step.error { p.bad { bdi { (shown(error)) } } }
                                }
                                td { (step.status) }
                                td.number { (step.seconds.map_or("–".to_owned(), span)) }
                                td.number { (step.attempts) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn events(events: &[EventTold], id: &str) -> Markup {
    html! {
        details id={"e-" (id)} {
            summary { h3 { "Events: " (events.len()) } }
            div.wide tabindex="0" role="region" aria-label={"Events of " (id)} {
                table {
                    thead { tr {
                        th scope="col" { "When" } th scope="col" { "What" } th scope="col" { "Release" } th scope="col" { "By" }
                    } }
                    tbody {
                        @for event in events.iter().rev().take(SHOWN) {
                            tr {
                                td { (event.at) }
                                td { bdi { (shown(&what(event))) } }
                                td { bdi { (shown(event.release.as_deref().unwrap_or("–"))) } }
                                td { bdi { (shown(&event.actor)) } @if let Some(host) = &event.host { " on " bdi { (shown(host)) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What happened, with its facts.
fn what(event: &EventTold) -> String {
    let mut text = match (&event.from, &event.to) {
        (Some(from), Some(to)) => format!("{}: {from} → {to}", event.what),
        (None, Some(to)) => format!("{}: {to}", event.what),
        _ => event.what.clone(),
    };
    let fact = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Number(number) if number.is_f64() => {
            format!("{:.1}", number.as_f64().unwrap_or_default())
        }
        other => other.to_string(),
    };
    let facts: Vec<String> =
        event.detail.iter().map(|(key, value)| format!("{key} {}", fact(value))).collect();
    if !facts.is_empty() {
        text.push_str(&format!(" ({})", facts.join(", ")));
    }
    text
}
