//! What `--dry-run` prints of the stages.

use super::ahead::Ahead;
use super::context::Context;
use super::stage::Request;
use crate::db::Session;
use crate::error::Result;
use crate::exec;
use crate::migration::Migration;
use crate::output::{contract_effects, plan_json, stage_human};
use crate::plan::{ContractEffect, Plan};
use crate::state::{Entry, Phase, Record, Stage};

/// Plans a stage of the chosen migrations, and prints that.
pub(super) async fn dry_run(
    stage: Stage,
    due: &[&Migration],
    records: &[Record],
    request: &Request,
    session: &mut Session,
    context: &Context,
) -> Result<()> {
    let store = context.settings.store();
    let mut ahead = Ahead::new(records.iter(), Vec::new(), Stage::Expand, context);
    let mut plans = Vec::new();
    for migration in due {
        let record = records.iter().find(|record| record.id == migration.id);
        let phase = record.map_or(Phase::Pending, |record| record.phase);
        // Verification and rows need what expand makes; the plan of a dry run can be had before.
        if matches!(phase.enter(stage), Entry::Never) {
            exec::allowed(&migration.id, phase, stage)?;
        }
        let recorded = record.filter(|record| record.phase.in_flight());
        let plan = match recorded.and_then(|record| record.plan.clone()) {
            Some(plan) => plan,
            None => ahead.plan(migration, session).await?,
        };
        if stage == Stage::Expand {
            plan.refuse_unaccepted(&migration.source)?;
            exec::kept_steps(session, &store, record, &plan, request.left_sql).await?;
        }
        let at_contract =
            if stage == Stage::Contract { plan.contract_effects(store.schema()) } else { Vec::new() };
        plans.push((only(stage, plan), at_contract));
    }
    if stage == Stage::Expand {
        ahead.try_on_copies(session).await?;
    }
    show(stage, &plans, context);
    Ok(())
}

/// Prints what a dry run found.
pub(super) fn show(stage: Stage, plans: &[(Plan, Vec<ContractEffect>)], context: &Context) {
    if context.for_machines() {
        let plans: Vec<_> = plans
            .iter()
            .map(|(plan, at_contract)| {
                let mut document = plan_json(plan);
                if stage == Stage::Contract {
                    document["at_contract"] = serde_json::json!(at_contract);
                }
                document
            })
            .collect();
        context.printer.json(&serde_json::json!({ "schema_version": 1, "dry_run": true, "plans": plans }));
    } else {
        let text = |(plan, at_contract): &(Plan, Vec<ContractEffect>)| {
            let line = contract_effects(at_contract).map_or_else(String::new, |line| format!("\n  {line}\n"));
            stage_human(stage, plan) + &line
        };
        context.printer.out(&plans.iter().map(text).collect::<Vec<_>>().join("\n"));
    }
}

/// A plan reduced to one stage.
fn only(stage: Stage, mut plan: Plan) -> Plan {
    if stage != Stage::Expand {
        plan.expand.clear();
    }
    if stage != Stage::Backfill {
        plan.finish.clear();
    }
    if !matches!(stage, Stage::Backfill | Stage::Verify) {
        plan.backfill.clear();
    }
    if stage != Stage::Contract {
        plan.contract.clear();
    }
    plan
}
