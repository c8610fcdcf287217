//! Where the targets of a fleet stand: how many in which phase, and who differs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::{Value, json};

use super::fleet::headed;
use super::{Format, Printer};
use crate::fleet::{Found, Target, some};
use crate::migration::Migration;
use crate::state::{Seen, Standing};

/// What somebody else has changed, by target.
pub type Drifts = BTreeMap<String, Vec<String>>;

/// Prints it.
pub fn status(
    printer: Printer,
    fleet: &str,
    files: &[Migration],
    targets: &[&Target],
    found: &[Found],
    drifts: Option<&Drifts>,
) {
    let all: Vec<(&Target, &Found)> = targets.iter().copied().zip(found).collect();
    if printer.format == Format::Json {
        let with_drift = |(target, found): &(&Target, &Found)| {
            let mut document = json_of(files, target, found);
            if let Some(drifts) = drifts {
                document["drift"] = json!(drifts.get(&target.name).unwrap_or(&Vec::new()));
            }
            document
        };
        let targets: Vec<Value> = all.iter().map(with_drift).collect();
        return printer.json(&json!({ "schema_version": 1, "fleet": fleet, "targets": targets }));
    }
    let mut out = human(fleet, files, &all, printer.verbose);
    if let Some(drifts) = drifts {
        let drifts: Vec<_> = drifts.iter().filter(|(_, found)| !found.is_empty()).collect();
        if drifts.is_empty() {
            out.push_str("\nno drift\n");
        }
        for (target, found) in drifts {
            for what in found {
                let _ = writeln!(out, "\n{target}: drift: {what}");
            }
        }
    }
    printer.out(&out);
}

/// The migrations that any of them has, and the files.
fn ids<'a>(files: &'a [Migration], all: &[(&Target, &'a Found)]) -> BTreeSet<&'a str> {
    let recorded =
        all.iter().filter_map(|(_, found)| found.as_ref().ok()).flat_map(|standing| &standing.migrations);
    let in_flight = recorded.filter(|(_, seen)| seen.phase.in_flight()).map(|(id, _)| id.as_str());
    files.iter().map(|file| file.id.as_str()).chain(in_flight).collect()
}

fn phase(standing: &Standing, id: &str) -> &'static str {
    match standing.migrations.get(id) {
        None => "pending",
        Some(Seen { phase: crate::state::Phase::Backfilled, verified: true, .. }) => "backfilled, verified",
        Some(seen) => seen.phase.name(),
    }
}

fn human(fleet: &str, files: &[Migration], all: &[(&Target, &Found)], verbose: bool) -> String {
    let mut out = format!("fleet {fleet}: {} targets\n\n", all.len());
    let mut rows = headed(["MIGRATION", "PHASE", "TARGETS", ""]);
    let reached: Vec<(&Target, &Standing)> = all
        .iter()
        .filter_map(|(target, found)| found.as_ref().ok().map(|standing| (*target, standing)))
        .collect();
    for id in ids(files, all) {
        let mut phases: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (target, standing) in &reached {
            phases.entry(phase(standing, id)).or_default().push(target.name.clone());
        }
        let mut phases: Vec<(&str, Vec<String>)> = phases.into_iter().collect();
        phases.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
        for (at, (phase, names)) in phases.iter().enumerate() {
            // the majority needs no names
            let who = if at == 0 { String::new() } else { shown(names, verbose) };
            rows.add_row([if at == 0 { id } else { "" }, phase, &names.len().to_string(), &who]);
        }
    }
    out.extend(rows.lines().map(|line| format!("{}\n", line.trim_end())));
    for (what, names) in differences(files, &reached) {
        let _ = writeln!(out, "\n{what}: {} targets: {}", names.len(), shown(&names, verbose));
    }
    for (target, found) in all {
        if let Err(error) = found {
            let _ = writeln!(out, "\n{}: {}", target.name, error.message);
        }
    }
    for (target, standing) in &reached {
        for (id, seen) in &standing.migrations {
            if let Some(error) = seen.error.as_ref().filter(|_| seen.phase.in_flight()) {
                let _ = writeln!(out, "\n{}: {id}: the last attempt stopped: {error}", target.name);
            }
        }
    }
    out
}

fn shown(names: &[String], verbose: bool) -> String {
    if verbose { names.join(", ") } else { some(names) }
}

/// Who is not as the others are, besides phases.
fn differences(files: &[Migration], reached: &[(&Target, &Standing)]) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut add = |what: String, target: &Target| found.entry(what).or_default().push(target.name.clone());
    let mut releases: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for (_, standing) in reached {
        *releases.entry(standing.release.as_deref()).or_default() += 1;
    }
    let usual = releases.iter().max_by_key(|(_, count)| **count).map(|(release, _)| *release);
    for (target, standing) in reached {
        if Some(standing.release.as_deref()) != usual {
            let release =
                standing.release.as_deref().map_or("no release".to_owned(), |id| format!("release {id}"));
            add(format!("last seen {release}"), target);
        }
        if standing.works {
            add("a midflight is at work".to_owned(), target);
        }
        for file in files.iter().filter(|file| !file.repeatable) {
            let other = |seen: &&Seen| seen.phase.in_flight() && seen.checksum != file.checksum;
            if standing.migrations.get(&file.id).filter(other).is_some() {
                add(format!("{} was expanded from another file", file.id), target);
            }
        }
    }
    found
}

fn json_of(files: &[Migration], target: &Target, found: &Found) -> Value {
    let Target { name, group, server, database, schema, .. } = target;
    let base =
        json!({ "name": name, "group": group, "server": server, "database": database, "schema": schema });
    let mut document = base;
    match found {
        Err(error) => document["error"] = error.to_json()["error"].take(),
        Ok(standing) => {
            document["release"] = json!(standing.release);
            document["at_work"] = json!(standing.works);
            let all = [(target, found)];
            let migrations = ids(files, &all).into_iter().map(|id| {
                let seen = standing.migrations.get(id);
                json!({
                    "id": id, "phase": seen.map_or("pending", |seen| seen.phase.name()),
                    "verified": seen.is_some_and(|seen| seen.verified),
                    "expand_release": seen.and_then(|seen| seen.expand_release.as_ref()),
                    "checksum": seen.map(|seen| &seen.checksum),
                    "error": seen.and_then(|seen| seen.error.as_ref()),
                })
            });
            document["migrations"] = migrations.collect::<Vec<_>>().into();
        }
    }
    document
}
