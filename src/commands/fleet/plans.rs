//! What would run in the targets of a fleet. Equal plans are shown once.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{FleetArgs, Globals, Members, What, ask_all};
use crate::commands::context::Context;
use crate::error::Result;
use crate::fleet::{Finished, Outcome, Report, WaveOutcome, WaveReport};
use crate::ident::Ident;
use crate::output::fleet_plans;

/// Plans in each target.
pub async fn run(
    args: &FleetArgs,
    globals: &Globals,
    members: &Members<'_>,
    context: &Context,
) -> Result<()> {
    let targets = members.chosen.among(members.targets);
    let finished = ask_all("plan", args, globals, members, &targets, context).await?;
    let groups = alike(&finished);
    fleet_plans(context.printer, &members.fleet.name, &groups, &finished);
    let failed = finished.iter().any(|one| one.outcome == Outcome::Failed);
    let outcome = if failed { WaveOutcome::Failed } else { WaveOutcome::Passed };
    let wave = WaveReport {
        name: "all".to_owned(),
        outcome,
        why: Vec::new(),
        targets: finished,
        taken_back: Vec::new(),
    };
    let report = Report {
        fleet: members.fleet.name.clone(),
        command: What::Plan.name().to_owned(),
        waves: vec![wave],
        interrupted: false,
    };
    match report.kind() {
        None => Ok(()),
        Some(kind) if context.for_machines() => Err(report.error(kind).reported()),
        Some(kind) => Err(report.error(kind)),
    }
}

/// Targets with one plan: the same steps with the same locks. Numbers of rows and names of schemas may differ.
fn alike<'f, 't>(finished: &'f [Finished<'t>]) -> Vec<Vec<&'f Finished<'t>>> {
    let mut groups: BTreeMap<String, Vec<&Finished<'_>>> = BTreeMap::new();
    for one in finished.iter().filter(|one| one.outcome == Outcome::Done) {
        groups.entry(steps(one).to_string()).or_default().push(one);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    groups
}

/// What of a target's plans doesn't depend on how much is in its tables.
fn steps(one: &Finished<'_>) -> Value {
    let schema = Ident::new(one.target.schema.as_str()).to_string();
    let neutral = |text: &Value| {
        let text = text.as_str().unwrap_or_default();
        text.split(|c: char| c.is_whitespace())
            .map(|word| word.replacen(&format!("{schema}."), "", 1))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let step = |step: &Value| {
        let locks: Vec<Value> =
            list(&step["locks"]).iter().map(|lock| json!([neutral(&lock["table"]), lock["lock"]])).collect();
        json!([step["id"], neutral(&step["summary"]), locks, step["transactional"]])
    };
    let stage = |stage: &Value| list(stage).iter().map(step).collect::<Vec<_>>();
    let document = one.document.as_ref().map_or(&Value::Null, |document| &document["plans"]);
    let plans = list(document).into_iter().map(|plan| {
        let rows: Vec<Value> = list(&plan["backfill"]["rows"])
            .iter()
            .map(|rows| json!([neutral(&rows["table"]), rows["columns"]]))
            .collect();
        json!([
            plan["migration"],
            stage(&plan["expand"]),
            rows,
            stage(&plan["backfill"]["steps"]),
            stage(&plan["contract"])
        ])
    });
    Value::Array(plans.collect())
}
