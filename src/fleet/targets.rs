//! The targets of a fleet, from wherever its file says that they come.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use sqlx::Row;
use sqlx::types::Json;

use super::file::{Entry, Fleet, Kind, twice};
use super::secret::{SecretUrl, redact};
use crate::config::Settings;
use crate::db::{self, Interrupt, Session};
use crate::error::{Error, Result};

/// How long a query or a command may take to list targets.
const PATIENCE: Duration = Duration::from_secs(60);

/// A database, or a schema of one, that migrations are carried through.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its name: no other one has it.
    pub name: String,
    /// Where it is.
    pub url: SecretUrl,
    /// The schema of names that the files write without one.
    pub schema: String,
    /// Targets of a group are contracted together.
    pub group: String,
    /// What waves choose by.
    pub labels: BTreeMap<String, String>,
    /// Host and port.
    pub server: String,
    /// The database on it.
    pub database: String,
}

/// A target as a directory or a command gives it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    name: String,
    url: String,
    schema: Option<String>,
    group: Option<String>,
    labels: Option<BTreeMap<String, String>>,
}

/// Finds out who belongs to the fleet.
///
/// # Errors
/// Exit 2 for wrong URLs, rows and lines, and for two targets of one name or place; exit 30 where a directory can't be
/// reached.
pub async fn resolve(
    fleet: &Fleet,
    settings: &Settings,
    allow_commands: bool,
    interrupt: &Interrupt,
) -> Result<Vec<Target>> {
    let mut targets = Vec::new();
    for entry in &fleet.entries {
        match &entry.kind {
            Kind::One { name, url, schema } => {
                targets.push(target(entry, settings, (name.clone(), url.clone(), schema.clone()))?);
            }
            Kind::Schemas { prefix, url, pattern, except } => {
                let mut session = Session::connect(url.reveal(), interrupt.clone()).await?;
                let found = db::application_schemas(&mut session.conn).await?;
                let fits = |name: &String| {
                    pattern.matches(name) && !except.contains(name) && *name != settings.state_schema
                };
                for schema in found.into_iter().filter(fits) {
                    let name = match prefix {
                        Some(prefix) => format!("{prefix}/{schema}"),
                        None => schema.clone(),
                    };
                    targets.push(target(entry, settings, (name, url.clone(), Some(schema)))?);
                }
            }
            Kind::Directory { url, query } => {
                for (at, text) in rows(url, query, interrupt).await?.into_iter().enumerate() {
                    targets.push(listed(entry, settings, &text, &format!("row {} of the query", at + 1))?);
                }
            }
            Kind::Command(command) if !allow_commands => {
                return Err(Error::usage(format!(
                    "the fleet's file lists targets by the command `{}`",
                    redact(command)
                ))
                .hint("commands of the file run only with `--allow-commands`"));
            }
            Kind::Command(command) => {
                let printed = output(command).await?;
                for (at, line) in printed.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
                    targets.push(listed(entry, settings, line, &format!("line {} of the command", at + 1))?);
                }
            }
        }
    }
    alone(&targets)?;
    Ok(targets)
}

/// Names and places are nobody else's.
fn alone(targets: &[Target]) -> Result<()> {
    if targets.is_empty() {
        return Err(Error::usage("the fleet has no targets")
            .hint("no source of `targets` in the fleet's file lists one"));
    }
    if let Some(name) = twice(targets.iter().map(|target| target.name.as_str())) {
        return Err(Error::usage(format!("two targets are called `{name}`"))
            .hint("an entry with `schemas` can have a `name`, which its targets begin with"));
    }
    let mut places = BTreeMap::new();
    for target in targets {
        let place = (&target.server, &target.database, &target.schema);
        if let Some(other) = places.insert(place, &target.name) {
            return Err(Error::usage(format!(
                "targets `{other}` and `{}` are one: schema {} of database {} on {}",
                target.name, target.schema, target.database, target.server
            )));
        }
    }
    Ok(())
}

fn target(
    entry: &Entry,
    settings: &Settings,
    (name, url, schema): (String, SecretUrl, Option<String>),
) -> Result<Target> {
    if name.trim().is_empty() {
        return Err(Error::usage("a target of the fleet has no name"));
    }
    let destination = db::destination(url.reveal()).map_err(|mut error| {
        error.message = format!("target `{name}`: {}", url.scrub(&error.message));
        error
    })?;
    Ok(Target {
        name,
        schema: schema.unwrap_or_else(|| settings.schema.clone()),
        group: entry.group.clone(),
        labels: entry.labels.clone(),
        server: destination.server,
        database: destination.database,
        url,
    })
}

fn listed(entry: &Entry, settings: &Settings, text: &str, place: &str) -> Result<Target> {
    let row: Listed = serde_json::from_str(text).map_err(|error| {
        // what is wrong may be the URL itself
        let what = if error.is_data() { redact(&error.to_string()) } else { "not JSON".to_owned() };
        Error::usage(format!("{place} is no target: {what}"))
            .hint("it has `name` and `url`, and optionally `schema`, `group` and `labels`")
    })?;
    let mut found = target(entry, settings, (row.name, SecretUrl::new(row.url), row.schema))?;
    found.group = row.group.unwrap_or(found.group);
    found.labels.extend(row.labels.unwrap_or_default());
    Ok(found)
}

/// The rows of a directory, each as JSON.
async fn rows(url: &SecretUrl, query: &str, interrupt: &Interrupt) -> Result<Vec<String>> {
    let mut session = Session::connect(url.reveal(), interrupt.clone()).await?;
    let begin = format!("BEGIN READ ONLY; SET LOCAL statement_timeout = '{} s'", PATIENCE.as_secs());
    session.conn.begin(&begin).await?;
    let query = query.trim().trim_end_matches(';');
    let found =
        session.rows(&format!("SELECT to_jsonb(midflight_target) FROM ({query}\n) midflight_target")).await;
    let rows = found.map_err(|error| {
        Error::usage(format!("the query of a directory failed: {}", url.scrub(&db::explain(&error))))
    })?;
    session.rollback().await;
    rows.iter()
        .map(|row| {
            let Json(row): Json<serde_json::Value> = row.try_get(0)?;
            Ok(row.to_string())
        })
        .collect()
}

/// What a command prints.
async fn output(command: &str) -> Result<String> {
    let mut shell = tokio::process::Command::new("/bin/sh");
    let run = shell.arg("-c").arg(command).stdin(std::process::Stdio::null()).kill_on_drop(true).output();
    let failed = |why: String| Error::usage(format!("the command `{}` {why}", redact(command)));
    let output = tokio::time::timeout(PATIENCE, run)
        .await
        .map_err(|_| failed(format!("did not end within {} s", PATIENCE.as_secs())))?
        .map_err(|error| failed(format!("can't be started: {error}")))?;
    if !output.status.success() {
        // what it says on standard error may hold what it was asked for
        return Err(failed(format!("ended with {}", output.status)));
    }
    String::from_utf8(output.stdout).map_err(|_| failed("prints what is no text".to_owned()))
}

#[cfg(test)]
impl Target {
    pub(super) fn sample(name: &str, tier: &str) -> Self {
        Self {
            name: name.to_owned(),
            url: SecretUrl::new("postgres://h/d"),
            schema: name.to_owned(),
            group: super::file::DEFAULT_GROUP.to_owned(),
            labels: BTreeMap::from([("tier".to_owned(), tier.to_owned())]),
            server: "h:5432".to_owned(),
            database: "d".to_owned(),
        }
    }
}
