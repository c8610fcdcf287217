//! The definition of what files are concerned with, as `pg_dump` writes it. Whatever it finds, no table of the database is
//! locked for longer than a second.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use sqlx::Row;
use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};

use super::related::Related;
use crate::db::{Session, statement};
use crate::error::{Error, Kind, Result};
use crate::ident::Ident;

/// How long it may wait for a lock, and how long it may keep them.
pub const LONGEST_LOCK: Duration = Duration::from_secs(1);
/// How often somebody looks whether it has locks.
const BETWEEN_LOOKS: Duration = Duration::from_millis(25);
/// How often it is tried, since what is in the way may be gone by then.
const ATTEMPTS: u32 = 3;
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(500);
/// Before it has a lock nobody waits for it.
const LONGEST_DUMP: Duration = Duration::from_secs(120);

/// Runs `pg_dump`, over all schemas but one.
///
/// # Errors
/// Exit 10 where a table stays locked, exit 1 where it takes too long or `pg_dump` fails.
pub async fn dump(
    program: &Path,
    session: &mut Session,
    related: &Related,
    without: Option<&Ident>,
) -> Result<String> {
    for _ in 1..ATTEMPTS {
        match once(program, session, related, without).await {
            Err(error) if error.kind == Kind::LockBudget => {
                session.interrupt().sleep(BETWEEN_ATTEMPTS).await?;
            }
            outcome => return outcome,
        }
    }
    once(program, session, related, without).await
}

async fn once(
    program: &Path,
    session: &mut Session,
    related: &Related,
    without: Option<&Ident>,
) -> Result<String> {
    // it tells our sessions from those of others, and from those of another rehearsal
    let name = format!("midflight: rehearse {} {}", std::process::id(), session.pid);
    let mut command = Command::new(program);
    command
        .env_clear()
        .envs(session.environment())
        .env("PGAPPNAME", &name)
        .env("PGCLIENTENCODING", "UTF8")
        .env("PGCONNECT_TIMEOUT", "10")
        .env("LC_ALL", "C")
        .envs(["PATH", "HOME"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
        .args([
            "--schema-only",
            "--no-password",
            "--no-tablespaces",
            "--no-subscriptions",
            "--no-security-labels",
        ])
        .arg(format!("--lock-wait-timeout={}", LONGEST_LOCK.as_millis()))
        .args(without.map(|schema| format!("--exclude-schema={schema}")))
        .args(related.patterns().iter().map(|pattern| format!("--exclude-table={pattern}")))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| {
        Error::new(Kind::Failed, format!("{} can't be started: {error}", program.display()))
    })?;
    let outcome = watched(&mut child, session, &name).await;
    // Its server process notices nothing of its client's end while it waits or works.
    if outcome.is_err() {
        let _ = child.kill().await;
        let end = "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE application_name = $1";
        let _ = statement(end).bind(name.as_str()).execute(&mut session.conn).await;
    }
    outcome
}

async fn watched(child: &mut Child, session: &mut Session, name: &str) -> Result<String> {
    let (Some(mut out), Some(mut err)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(Error::new(Kind::Failed, "pg_dump has no output"));
    };
    let (mut text, mut complaint) = (Vec::new(), Vec::new());
    let read = async {
        let (one, other) = tokio::join!(out.read_to_end(&mut text), err.read_to_end(&mut complaint));
        one.and(other)
    };
    let late = within_limits(session, name);
    tokio::select! {
        done = read => drop(done.map_err(anyhow::Error::from)?),
        error = late => return Err(error?),
    }
    let status = child.wait().await.map_err(anyhow::Error::from)?;
    if status.success() {
        return String::from_utf8(text)
            .map_err(|_| Error::new(Kind::Failed, "pg_dump wrote what is not UTF-8"));
    }
    Err(failed(&String::from_utf8_lossy(&complaint)))
}

/// Resolves once it has gone on for too long, with the reason.
async fn within_limits(session: &mut Session, name: &str) -> Result<Error> {
    let sql = "SELECT coalesce(bool_or(l.granted), false), coalesce(bool_or(NOT l.granted), false)
               FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid)
               WHERE a.application_name = $1 AND l.locktype = 'relation' AND l.relation >= 16384";
    let (begun, mut locked) = (Instant::now(), None);
    let mut interrupt = session.interrupt();
    loop {
        interrupt.sleep(BETWEEN_LOOKS).await?;
        let row = statement(sql).bind(name).fetch_one(&mut session.conn).await?;
        let (has_locks, waits): (bool, bool) = (row.try_get(0)?, row.try_get(1)?);
        if has_locks || waits {
            let since = *locked.get_or_insert_with(Instant::now);
            if since.elapsed() > LONGEST_LOCK - 3 * BETWEEN_LOOKS {
                if waits {
                    return Ok(stays_locked());
                }
                let message = "pg_dump would keep tables locked (ACCESS SHARE) for longer than 1 s";
                return Ok(Error::new(Kind::Failed, message).hint(ELSEWHERE));
            }
        }
        if begun.elapsed() > LONGEST_DUMP {
            let message = format!("pg_dump has not finished after {} s", LONGEST_DUMP.as_secs());
            return Ok(Error::new(Kind::Failed, message).hint(ELSEWHERE));
        }
    }
}

const ELSEWHERE: &str = "take the schema elsewhere, by `pg_dump --schema-only` of a replica or a restored backup, and give it as `--schema FILE`";

fn stays_locked() -> Error {
    Error::new(Kind::LockBudget, "a table that the files are concerned with stays locked")
        .hint("run it again once the session in the way is done")
}

fn failed(complaint: &str) -> Error {
    let lines: Vec<String> =
        complaint.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
    let error = if complaint.contains("lock timeout") || complaint.contains("statement timeout") {
        stays_locked()
    } else if complaint.contains("permission denied") {
        Error::new(Kind::Failed, "privileges are missing: pg_dump can't read the schema")
            .hint("the role needs SELECT on the tables that the files are concerned with; or give the schema as `--schema FILE`")
    } else {
        Error::new(Kind::Failed, "pg_dump failed").hint(ELSEWHERE)
    };
    error.details(lines)
}
