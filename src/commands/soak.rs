//! `soak`: whether a deployment does harm.

use std::time::Duration;

use serde_json::{Value, json};

use super::context::Context;
use crate::config::Span;
use crate::db::Session;
use crate::error::{Error, Kind, Result};
use crate::exec::{self, Soak, SoakReport};
use crate::output::{Progress, time};
use crate::state::{Audit, Record};
use crate::text::nearest;

/// Watch the gates for a while after a deployment, and go back if they say no
///
/// Run it once the new release serves, any time between expand and contract; other stages may work meanwhile. A gate of
/// midflight.yaml that says no several times in a row, or doesn't answer, ends it: exit 4, or a rollback and exit 1.
/// A soak that passed is kept in the audit, and `contract.require_soak` can demand one.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: an entry of the audit; with `--rollback-on-failure` what `rollback` changes. Locks: nothing while it watches.
Exits with: 0 every gate stayed open, 1 rolled back, 2 no gates, 4 a gate says no, 20 and 22 as `verify`, 23 contracted,
30 no database, 130 interrupted.

Examples:
  midflight soak 0007_split_name --for 30m
  midflight soak 0007_split_name --for 1h --every 30s --failures 5 --rollback-on-failure")]
pub struct SoakArgs {
    /// The migration whose release was deployed
    #[arg(value_name = "MIGRATION")]
    pub name: String,
    /// How long to watch
    #[arg(long = "for", value_name = "DURATION")]
    pub duration: Span,
    /// How often to ask the gates
    #[arg(long, value_name = "DURATION", default_value = "10s")]
    pub every: Span,
    /// How many times in a row a gate has to say no
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    pub failures: u32,
    /// Roll the migration back when a gate says no so often
    #[arg(long)]
    pub rollback_on_failure: bool,
}

/// Watches.
pub async fn run(args: &SoakArgs, context: &Context) -> Result<()> {
    let settings = &context.settings;
    if settings.gates.is_empty() {
        return Err(Error::usage("no gates are configured: soak has nobody to ask how the release is doing")
            .hint("list health checks under `gates:` in midflight.yaml, such as `{name: health, http: \"https://shop.internal/health\"}`"));
    }
    if args.every.0.is_zero() {
        return Err(Error::usage("`--every` is 0").hint("give the time between two questions, such as `10s`"));
    }
    let mut session = context.connect().await?;
    let records = context.records(&mut session).await?;
    let id = recorded(&args.name, &records)?;
    let soak = Soak { wanted: args.duration.0, every: args.every.0, failures: args.failures };
    let progress = Progress::new(context.printer);
    let report = exec::soak(&mut session, settings, id, soak, &progress).await?;
    // a gate's query may have taken the connection with it
    let mut session = if report.closed.is_empty() { session } else { session.sibling().await? };
    audit(&mut session, id, &report, args.rollback_on_failure, context).await?;
    if report.closed.is_empty() {
        tell_passed(id, &report, context);
        return Ok(());
    }
    if !args.rollback_on_failure {
        let error =
            Error::new(Kind::NotYet, format!("the soak of migration `{id}` failed; nothing was changed"))
                .details(report.closed.clone())
                .hint(format!("see to it and soak again, or `midflight rollback {id}`"));
        return Err(tell_failed(id, &report, false, error, context));
    }
    let why = report.closed.join("; ");
    let back = exec::take_back(&mut session, settings, id, &why, &progress).await;
    let rolled_back = back.is_ok();
    let error = match back {
        Ok(()) => rolled_back_error(id, &report),
        Err(error) => stuck_error(id, &report, error),
    };
    Err(tell_failed(id, &report, rolled_back, error, context))
}

/// The migration of that name, which needs no file here.
fn recorded<'r>(name: &str, records: &'r [Record]) -> Result<&'r str> {
    let ids = || records.iter().map(|record| record.id.as_str());
    ids().find(|id| *id == name).ok_or_else(|| {
        let error = Error::new(Kind::NotYet, format!("migration `{name}` has not been expanded"));
        match nearest(name, ids()) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("soak after expand; `midflight status` shows where each migration stands"),
        }
    })
}

fn rolled_back_error(id: &str, report: &SoakReport) -> Error {
    Error::new(Kind::Failed, format!("the soak of migration `{id}` failed, and the migration was rolled back"))
        .details(report.closed.clone())
        .hint("no write was lost. The old release works as before expand; take the new one out of service: what expand made for it is gone")
}

/// The rollback did not come to its end. Interrupted is interrupted.
fn stuck_error(id: &str, report: &SoakReport, stopped: Error) -> Error {
    let kind = if stopped.kind == Kind::Interrupted { Kind::Interrupted } else { Kind::Failed };
    let code = stopped.kind.exit_code();
    Error::new(kind, format!("the soak of migration `{id}` failed, and its rollback was not completed"))
        .details(report.closed.clone())
        .detail(format!("the rollback stopped (exit code {code}): {}", stopped.message))
        .details(stopped.details)
        .details(stopped.hint)
        .hint("no write is lost; `midflight status` shows how far it came")
        .resume(format!("`midflight rollback {id}` goes on"))
}

async fn audit(
    session: &mut Session,
    id: &str,
    report: &SoakReport,
    goes_back: bool,
    context: &Context,
) -> Result<()> {
    let detail = json!({
        "passed": report.closed.is_empty(), "seconds": seconds(report.took), "gates": report.gates,
        "rollback": goes_back && !report.closed.is_empty(),
    });
    let entry = Audit { migration: Some(id), what: "soak", detail, ..Audit::default() };
    context.settings.store().audit(&mut session.conn, &entry).await
}

fn tell_passed(id: &str, report: &SoakReport, context: &Context) {
    if context.for_machines() {
        return context.printer.json(&document(id, report, false));
    }
    let noes: Vec<String> = report
        .gates
        .iter()
        .filter(|gate| gate.refused > 0)
        .map(|gate| format!("; gate `{}` said no {} of {} times", gate.name, gate.refused, gate.asked))
        .collect();
    context.printer.out(&format!("soak of {id} passed in {}{}", time(report.took), noes.concat()));
}

/// For machines the document tells all, the error included.
fn tell_failed(id: &str, report: &SoakReport, rolled_back: bool, error: Error, context: &Context) -> Error {
    if !context.for_machines() {
        return error;
    }
    let mut document = document(id, report, rolled_back);
    document["error"] = error.to_json()["error"].take();
    context.printer.json(&document);
    error.reported()
}

fn document(id: &str, report: &SoakReport, rolled_back: bool) -> Value {
    json!({
        "schema_version": 1, "migration": id, "passed": report.closed.is_empty(), "seconds": seconds(report.took),
        "gates": report.gates, "rolled_back": rolled_back,
    })
}

/// To the millisecond, which is as much as anybody reads.
fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}
