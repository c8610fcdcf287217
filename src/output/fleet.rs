//! A run over a fleet: its progress, its report, its plans.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Mutex;
use std::time::Duration;

use comfy_table::{Table, presets};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use super::{Format, Printer, time, visible};
use crate::fleet::{Finished, Listener, Outcome, Report, Target, WaveReport, some};

/// Shows a run: a bar for the wave on a terminal, and a line for each target that is done.
pub struct FleetProgress {
    printer: Printer,
    bar: ProgressBar,
    wave: Mutex<Going>,
}

/// What is going on.
#[derive(Default)]
struct Going {
    wave: String,
    at_work: Vec<String>,
    failed: usize,
}

impl FleetProgress {
    /// Shows what the printer wants shown.
    pub fn new(printer: Printer) -> Self {
        let hidden = printer.quiet || printer.format == Format::Json;
        let target = if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos} of {len}\n{msg}") {
            bar.set_style(style);
        }
        Self { printer, bar, wave: Mutex::default() }
    }

    /// A wave of so many targets begins.
    pub fn wave(&self, name: &str, targets: usize) {
        self.change(|going| *going = Going { wave: name.to_owned(), ..Going::default() });
        self.bar.reset();
        self.bar.set_length(targets as u64);
        self.line(&format!("wave {name}: {targets} targets"));
    }

    /// A wave is done, and may have to stand for a while.
    pub fn soaks(&self, name: &str) {
        self.bar.set_message(format!("{name}: soak and gates"));
    }

    /// Nothing more comes.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn line(&self, text: &str) {
        self.bar.suspend(|| self.printer.say(text));
    }

    fn change(&self, change: impl FnOnce(&mut Going)) {
        let mut going = self.wave.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        change(&mut going);
        let at_work = if going.at_work.is_empty() { "none".to_owned() } else { some(&going.at_work) };
        let message = format!("{}: at work: {at_work}; {} failed", going.wave, going.failed);
        self.bar.set_message(visible(&message));
    }
}

impl Listener for FleetProgress {
    fn began(&self, target: &Target) {
        self.change(|going| going.at_work.push(target.name.clone()));
    }

    fn held(&self, target: &Target) {
        self.line(&format!("  {}: another midflight is at work there; looked at again later", target.name));
    }

    fn finished(&self, finished: &Finished<'_>) {
        let name = &finished.target.name;
        self.change(|going| {
            going.at_work.retain(|one| one != name);
            going.failed += usize::from(finished.outcome == Outcome::Failed);
        });
        self.bar.inc(1);
        match finished.outcome {
            Outcome::Done => self.line(&format!("  {name}: done in {}", time(finished.took))),
            Outcome::Failed => self.line(&format!("  {name}: failed ({})", finished.code)),
            Outcome::Unchanged | Outcome::NotBegun => {}
        }
    }
}

/// The end of a run: one row a wave, and who failed, where and why.
pub fn report(printer: Printer, report: &Report<'_>, release: Option<&str>) {
    if printer.format == Format::Json {
        return printer.json(&document(report, release));
    }
    let mut out = format!("fleet {}: {}\n\n", report.fleet, report.command);
    let mut rows = headed(["WAVE", "TARGETS", "DONE", "UNCHANGED", "FAILED", "NOT BEGUN", ""]);
    for wave in &report.waves {
        let count = |outcome| wave.targets.iter().filter(|one| one.outcome == outcome).count().to_string();
        rows.add_row([
            wave.name.clone(),
            wave.targets.len().to_string(),
            count(Outcome::Done),
            count(Outcome::Unchanged),
            count(Outcome::Failed),
            count(Outcome::NotBegun),
            wave.outcome.said().to_owned(),
        ]);
    }
    out.extend(rows.lines().map(|line| format!("{}\n", line.trim_end())));
    for (reason, names) in waiting(report) {
        let _ = writeln!(out, "\nwaiting: {reason}\n  in {}", some(&names));
    }
    for wave in &report.waves {
        wave.targets
            .iter()
            .filter(|one| one.outcome == Outcome::Failed)
            .for_each(|one| failure(&mut out, one, ""));
        let stuck = wave.taken_back.iter().filter(|one| one.outcome == Outcome::Failed);
        stuck.for_each(|one| failure(&mut out, one, "not rolled back: "));
        let back = wave.taken_back.iter().filter(|one| one.outcome == Outcome::Done).count();
        if back > 0 {
            let _ = writeln!(out, "\nwave {}: rolled back in {back} targets", wave.name);
        }
    }
    printer.out(&out);
}

/// Migrations that `advance` did not contract, by reason.
fn waiting(report: &Report<'_>) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in report.targets() {
        let waiting = one.document.as_ref().and_then(|document| document["waiting"].as_array());
        for entry in waiting.into_iter().flatten() {
            let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
            let reason = format!("{} is not contracted: {}", text("migration"), text("reason"));
            found.entry(reason).or_default().push(one.target.name.clone());
        }
    }
    found
}

fn failure(out: &mut String, one: &Finished<'_>, what: &str) {
    let Target { name, server, database, schema, group, .. } = one.target;
    let _ = writeln!(
        out,
        "\n{name} (group {group}, {server}/{database}, schema {schema}): {what}exit {}",
        one.code
    );
    let Some(error) = one.error() else { return };
    let text = |key: &str| error[key].as_str().map(str::to_owned);
    let place = error["place"]["path"].as_str().map(|path| format!("{path}:{}: ", error["place"]["line"]));
    let _ = writeln!(out, "  {}{}", place.unwrap_or_default(), text("message").unwrap_or_default());
    for detail in error["details"].as_array().into_iter().flatten() {
        let _ = writeln!(out, "    {}", detail.as_str().unwrap_or_default());
    }
    for line in [text("hint"), text("resume")].into_iter().flatten() {
        let _ = writeln!(out, "  help: {line}");
    }
}

fn document(report: &Report<'_>, release: Option<&str>) -> Value {
    let waves: Vec<Value> = report.waves.iter().map(wave).collect();
    let targets = report.waves.iter().flat_map(|wave| {
        let of_wave = |one: &Finished<'_>, taken_back: bool| target(one, &wave.name, taken_back);
        let forward = wave.targets.iter().map(move |one| of_wave(one, false));
        forward.chain(wave.taken_back.iter().map(move |one| of_wave(one, true)))
    });
    let mut document = json!({
        "schema_version": 1, "fleet": report.fleet, "command": report.command, "release": release,
        "waves": waves, "targets": targets.collect::<Vec<_>>(),
    });
    if let Some(kind) = report.kind() {
        document["error"] = report.error(kind).to_json()["error"].take();
    }
    document
}

fn wave(wave: &WaveReport<'_>) -> Value {
    json!({ "name": wave.name, "outcome": wave.outcome, "why": wave.why, "targets": wave.targets.len() })
}

fn target(one: &Finished<'_>, wave: &str, taken_back: bool) -> Value {
    let Target { name, group, server, database, schema, .. } = one.target;
    let error = one.error();
    json!({
        "name": name, "group": group, "wave": wave, "server": server, "database": database, "schema": schema,
        "taken_back": taken_back, "outcome": one.outcome, "code": one.code, "seconds": seconds(one.took),
        "report": one.document.as_ref().filter(|_| error.is_none()), "error": error,
    })
}

/// To the millisecond.
fn seconds(time: Duration) -> f64 {
    time.as_millis() as f64 / 1000.0
}

/// Targets by wave.
pub fn targets(printer: Printer, fleet: &str, listed: &[(&str, &Target)]) {
    if printer.format == Format::Json {
        let targets: Vec<Value> = listed
            .iter()
            .map(|(wave, target)| {
                let Target { name, group, server, database, schema, labels, .. } = target;
                json!({
                    "name": name, "group": group, "wave": wave, "server": server, "database": database,
                    "schema": schema, "labels": labels,
                })
            })
            .collect();
        return printer.json(&json!({ "schema_version": 1, "fleet": fleet, "targets": targets }));
    }
    let mut rows = headed(["TARGET", "WAVE", "GROUP", "WHERE", "SCHEMA", "LABELS"]);
    for (wave, target) in listed {
        let labels: Vec<String> =
            target.labels.iter().map(|(label, value)| format!("{label}={value}")).collect();
        rows.add_row([
            target.name.clone(),
            (*wave).to_owned(),
            target.group.clone(),
            format!("{}/{}", target.server, target.database),
            target.schema.clone(),
            labels.join(" "),
        ]);
    }
    printer.out(&rows.lines().map(|line| format!("{}\n", line.trim_end())).collect::<String>());
}

/// Plans that are alike, each with the targets that have it.
pub fn plans(printer: Printer, fleet: &str, alike: &[Vec<&Finished<'_>>], all: &[Finished<'_>]) {
    let failed = || all.iter().filter(|one| one.outcome == Outcome::Failed);
    if printer.format == Format::Json {
        let groups: Vec<Value> = alike
            .iter()
            .map(|group| {
                let names: Vec<&str> = group.iter().map(|one| one.target.name.as_str()).collect();
                let first = group.first().and_then(|one| one.document.as_ref());
                json!({ "targets": names, "plans": first.map(|document| &document["plans"]) })
            })
            .collect();
        let failed: Vec<Value> = failed().map(|one| target(one, "all", false)).collect();
        return printer
            .json(&json!({ "schema_version": 1, "fleet": fleet, "groups": groups, "failed": failed }));
    }
    let mut out = format!("fleet {fleet}: {} different plans for {} targets\n", alike.len(), all.len());
    for group in alike {
        let names: Vec<String> = group.iter().map(|one| one.target.name.clone()).collect();
        let _ = writeln!(
            out,
            "\n{} targets: {}",
            names.len(),
            if printer.verbose { names.join(", ") } else { some(&names) }
        );
        let plans = group
            .first()
            .and_then(|one| one.document.as_ref())
            .and_then(|document| document["plans"].as_array());
        let plans: Vec<&Value> = plans.into_iter().flatten().collect();
        if plans.is_empty() {
            out.push_str("  nothing to plan\n");
        }
        for plan in plans {
            let _ = writeln!(out, "  {}", plan["migration"].as_str().unwrap_or_default());
            steps(&mut out, "expand", &plan["expand"]);
            for rows in plan["backfill"]["rows"].as_array().into_iter().flatten() {
                let _ = writeln!(out, "    backfill  rows of {}", rows["table"].as_str().unwrap_or_default());
            }
            steps(&mut out, "backfill", &plan["backfill"]["steps"]);
            steps(&mut out, "contract", &plan["contract"]);
        }
    }
    failed().for_each(|one| failure(&mut out, one, ""));
    printer.out(&out);
}

fn steps(out: &mut String, stage: &str, steps: &Value) {
    for step in steps.as_array().into_iter().flatten() {
        let locks = step["locks"].as_array().into_iter().flatten();
        let locks: BTreeSet<&str> = locks.filter_map(|lock| lock["lock"].as_str()).collect();
        let locks = locks.into_iter().collect::<Vec<_>>().join(", ");
        let held = if locks.is_empty() { locks } else { format!("  [{locks}]") };
        let _ = writeln!(out, "    {stage:<9} {}{held}", step["summary"].as_str().unwrap_or_default());
    }
}

/// A table without lines, below its headings.
pub(super) fn headed<const N: usize>(headings: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(headings);
    table
}
