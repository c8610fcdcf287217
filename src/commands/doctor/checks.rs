//! What is to be said of each fact.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::config::Settings;
use crate::db::Health;

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Nothing stands in the way.
    Ok,
    /// Something will be slow, or wait, or needs a thought.
    Warning,
    /// A migration would be refused or fail.
    Problem,
}

/// One line of the report.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// What it came to.
    pub outcome: Outcome,
    /// What was found.
    pub message: String,
    /// What to do.
    pub cure: Option<String>,
}

impl Check {
    fn ok(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, outcome: Outcome::Ok, message: message.into(), cure: None }
    }

    fn warning(name: &'static str, message: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { name, outcome: Outcome::Warning, message: message.into(), cure: Some(cure.into()) }
    }

    fn problem(name: &'static str, message: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { name, outcome: Outcome::Problem, message: message.into(), cure: Some(cure.into()) }
    }
}

/// Everything that one query tells.
pub fn of_server(found: &Health, pooled: bool, settings: &Settings) -> Vec<Check> {
    vec![
        connection(found),
        version(found.version),
        pooler(pooled),
        role(found, settings),
        event_triggers(&found.event_triggers),
        publications(found),
        standbys(found, settings),
        slots(found),
        transactions(found),
        wraparound(found.transaction_age),
        indexes(&found.invalid_indexes),
        keys(found),
        activity(found.sees_activity),
    ]
}

fn connection(found: &Health) -> Check {
    let name = "connection";
    let place = format!("database {} as role {}", found.database, found.role);
    if found.in_recovery {
        let cure = "give the URL of the primary; a standby answers `plan` and `status` only";
        return Check::problem(
            name,
            format!("{place}: this is a standby, nothing can be changed here"),
            cure,
        );
    }
    if found.read_only {
        let cure = "`ALTER ROLE … RESET default_transaction_read_only`, or another role";
        return Check::problem(name, format!("{place}: its transactions are read-only"), cure);
    }
    Check::ok(name, place)
}

fn version(number: u32) -> Check {
    let (name, shown) = ("version", format!("PostgreSQL {}.{}", number / 10_000, number % 10_000));
    match number / 10_000 {
        14..=18 => Check::ok(name, shown),
        0..=13 => Check::problem(name, shown, "midflight works with PostgreSQL 14 to 18: upgrade the server"),
        _ => Check::warning(
            name,
            format!("{shown} is newer than what midflight was tried on (14 to 18)"),
            "rehearse first",
        ),
    }
}

fn pooler(pooled: bool) -> Check {
    let name = "pooler";
    match pooled {
        false => Check::ok(name, "none in transaction mode noticed"),
        true => Check::warning(
            name,
            "the URL leads to a pooler in transaction mode: what has to run outside a transaction is refused",
            "give midflight the server's own URL; the application stays on the pooler",
        ),
    }
}

fn role(found: &Health, settings: &Settings) -> Check {
    let name = "privileges";
    let schema = &settings.schema;
    if !found.schema_exists {
        let message = format!("there is no schema {schema}");
        return Check::problem(name, message, "`schema` of midflight.yaml names the application's schema");
    }
    let mut missing = Vec::new();
    if !found.may_make_state {
        missing.push("CREATE on the database, for the state schema".to_owned());
    }
    if !found.may_make_temporary {
        missing.push("TEMPORARY on the database".to_owned());
    }
    if !found.may_create {
        missing.push(format!("CREATE on schema {schema}"));
    }
    if !missing.is_empty() {
        let cure = "docs/privileges.md has the GRANT statements";
        return Check::problem(name, format!("role {} lacks {}", found.role, missing.join(", ")), cure);
    }
    match &found.not_owned[..] {
        [] if found.superuser => Check::ok(name, "a superuser; less is enough (docs/privileges.md)"),
        [] => Check::ok(name, format!("role {} owns every table of schema {schema}", found.role)),
        tables => Check::warning(
            name,
            format!("role {} does not own {}: changes of these are refused", found.role, listed(tables)),
            "`GRANT owner TO role`: a member of the owner may change its tables",
        ),
    }
}

fn event_triggers(found: &[String]) -> Check {
    let name = "event triggers";
    match found {
        [] => Check::ok(name, "none"),
        found => Check::warning(
            name,
            format!("{} fire for DDL: one that raises an error makes a stage fail", listed(found)),
            "see that they let the role's DDL pass, also in the state schema",
        ),
    }
}

fn publications(found: &Health) -> Check {
    let name = "publications";
    let all: Vec<String> =
        found.publications.iter().filter(|one| one.all_tables).map(|one| one.name.clone()).collect();
    match (&found.publications[..], &all[..]) {
        ([], _) => Check::ok(name, "none"),
        (several, []) => Check::ok(name, format!("{}, each of named tables", several.len())),
        (_, all) => Check::warning(
            name,
            format!("{} publish every table, new ones and midflight's own too", listed(all)),
            "docs/replication.md: what subscribers need before expand; `plan` prints it for each file",
        ),
    }
}

fn standbys(found: &Health, settings: &Settings) -> Check {
    let name = "standbys";
    if !found.synchronous.is_empty() {
        return Check::warning(
            name,
            format!("synchronous_standby_names is `{}`: every commit waits for a standby", found.synchronous),
            "see that they keep up; `throttle.replica_lag` makes backfill wait for them",
        );
    }
    match (found.receivers, settings.standbys.is_empty()) {
        (0, _) => Check::ok(name, "none receives now"),
        (receivers, false) => Check::ok(name, format!("{receivers} receive now, and `standbys` is set")),
        (receivers, true) => Check::warning(
            name,
            format!(
                "{receivers} receive now: a long query on a hot standby can hold up the replay of a lock, and reads behind it"
            ),
            "`standbys: [URL]` in midflight.yaml: midflight then waits for such queries first",
        ),
    }
}

fn slots(found: &Health) -> Check {
    let name = "slots";
    let kept = |bytes: Option<i64>| {
        bytes.map_or_else(String::new, |bytes| format!(" ({} MB of WAL kept)", bytes >> 20))
    };
    let idle: Vec<String> =
        found.idle_slots.iter().map(|slot| format!("{}{}", slot.name, kept(slot.bytes))).collect();
    match &idle[..] {
        [] => Check::ok(name, "no replication slot is without a reader"),
        idle => Check::warning(
            name,
            format!("nobody reads {}: a backfill's WAL is kept for it until the disk is full", listed(idle)),
            "start its reader, or `SELECT pg_drop_replication_slot('NAME')`",
        ),
    }
}

/// A transaction that has been open longer than this holds up index builds and vacuum.
const LONG: f64 = 300.0;

fn transactions(found: &Health) -> Check {
    let name = "transactions";
    if let Some(oldest) = found.prepared.first().filter(|seconds| **seconds > LONG) {
        return Check::warning(
            name,
            format!("{} prepared, the oldest for {}: its locks stay", found.prepared.len(), minutes(*oldest)),
            "`SELECT gid FROM pg_prepared_xacts`, then COMMIT PREPARED or ROLLBACK PREPARED",
        );
    }
    match &found.oldest_transaction {
        Some(old) if old.seconds > LONG => Check::warning(
            name,
            format!(
                "process {} ({}) has had one open for {}: concurrent index builds wait for its end",
                old.pid,
                if old.application.is_empty() { "no application_name" } else { &old.application },
                minutes(old.seconds)
            ),
            format!("let it end; or `SELECT pg_terminate_backend({})`", old.pid),
        ),
        _ => Check::ok(name, "none has been open for five minutes"),
    }
}

fn wraparound(age: i64) -> Check {
    let name = "vacuum";
    match age {
        1_200_000_000.. => Check::problem(
            name,
            format!(
                "the oldest transaction id is {} million old: backfill waits (throttle.wraparound_age)",
                age / 1_000_000
            ),
            "`VACUUM FREEZE` the oldest tables first",
        ),
        500_000_000.. => Check::warning(
            name,
            format!("the oldest transaction id is {} million old", age / 1_000_000),
            "see that autovacuum keeps up before a backfill of a large table",
        ),
        _ => Check::ok(name, format!("the oldest transaction id is {} million old", age / 1_000_000)),
    }
}

fn indexes(invalid: &[String]) -> Check {
    let name = "indexes";
    match invalid {
        [] => Check::ok(name, "all are valid"),
        invalid => Check::warning(
            name,
            format!("{} are invalid: they cost every write and serve no query", listed(invalid)),
            "`DROP INDEX CONCURRENTLY` each, and rebuild it",
        ),
    }
}

fn keys(found: &Health) -> Check {
    let name = "keys";
    let used = |last: i64, most: i64| last as f64 / most as f64;
    let mut far: Vec<_> = found.sequences.iter().filter(|one| used(one.last, one.most) > 0.5).collect();
    far.sort_by(|one, other| used(other.last, other.most).total_cmp(&used(one.last, one.most)));
    let told: Vec<String> = far
        .iter()
        .map(|one| format!("{} ({}, {:.0} % used)", one.column, one.type_, 100.0 * used(one.last, one.most)))
        .collect();
    match &told[..] {
        [] => Check::ok(name, "no sequence of a column is half through its numbers"),
        told => Check::warning(
            name,
            format!("{} run out of numbers", listed(told)),
            "change the column to bigint in a migration, with the columns that refer to it",
        ),
    }
}

fn activity(seen: bool) -> Check {
    let name = "activity";
    match seen {
        true => Check::ok(name, "sessions are seen: a lock that is not got names who holds it"),
        false => Check::warning(
            name,
            "track_activities is off: who holds a lock is known, and not what it runs",
            "`ALTER SYSTEM SET track_activities = on`",
        ),
    }
}

/// Migrations that wait for somebody.
pub fn of_migrations(in_flight: &[&str], stale: &BTreeSet<String>) -> Check {
    let name = "migrations";
    match (in_flight.len(), stale.len()) {
        (0, _) => Check::ok(name, "none is in flight"),
        (several, 0) => Check::ok(name, format!("{several} in flight, none for more than 14 days")),
        _ => Check::warning(
            name,
            format!("{} in flight for more than 14 days", listed(&stale.iter().cloned().collect::<Vec<_>>())),
            "`midflight contract` once the old release is gone, or `midflight rollback`",
        ),
    }
}

/// The first names of a list.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let first = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

fn minutes(seconds: f64) -> String {
    match seconds / 60.0 {
        minutes if minutes < 120.0 => format!("{minutes:.0} minutes"),
        minutes => format!("{:.0} hours", minutes / 60.0),
    }
}
