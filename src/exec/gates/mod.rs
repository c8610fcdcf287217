//! Gates: questions to the outside whose answer has to be yes before contract, and before and during backfill.

mod http;

use std::time::Duration;

use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::config::Gate;
use crate::db::{Session, explain};
use crate::error::{Error, Kind, Result};

/// How long a gate may take. No answer is a no.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Asks every gate.
///
/// # Errors
/// Exit 4 with the gates that say no, and why.
pub(super) async fn check(session: &mut Session, gates: &[Gate]) -> Result<()> {
    let mut closed = Vec::new();
    for gate in gates {
        if let Err(why) = ask(session, gate).await {
            closed.push(format!("gate `{}`: {why}", gate.name()));
        }
    }
    if closed.is_empty() {
        return Ok(());
    }
    Err(Error::new(Kind::NotYet, "a gate says wait; nothing was changed")
        .details(closed)
        .hint("run the same command again when the gates are open"))
}

/// Asks one gate. An error says why not.
pub(super) async fn ask(session: &mut Session, gate: &Gate) -> Result<(), String> {
    patiently(answer(session, gate)).await
}

async fn answer(session: &mut Session, gate: &Gate) -> Result<(), String> {
    match gate {
        Gate::Sql { sql, .. } => match alone(session, sql).await {
            Ok(row) => match row.try_get::<Option<bool>, _>(0) {
                Ok(Some(true)) => Ok(()),
                Ok(answer) => Err(format!("the query gives {}", answer.map_or("NULL", |_| "false"))),
                Err(_) => Err("the query's first column is not a boolean".to_owned()),
            },
            Err(error) => Err(explain(&error)),
        },
        Gate::Command { command, .. } => shell(command).await,
        Gate::Http { http, .. } => http::ask(http).await,
    }
}

/// Asks a gate that is a command. An error says why not.
pub async fn ask_command(command: &str) -> Result<(), String> {
    patiently(shell(command)).await
}

/// Asks a gate that is a URL. An error says why not.
pub async fn ask_http(url: &str) -> Result<(), String> {
    patiently(http::ask(url)).await
}

async fn patiently(asked: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    let answer = tokio::time::timeout(PATIENCE, asked).await;
    answer.unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs())))
}

async fn shell(command: &str) -> Result<(), String> {
    let mut shell = tokio::process::Command::new("/bin/sh");
    let run = shell.arg("-c").arg(command).stdin(std::process::Stdio::null()).kill_on_drop(true).output();
    let output = run.await.map_err(|error| error.to_string())?;
    if output.status.success() { Ok(()) } else { Err(format!("`{command}` ended with {}", output.status)) }
}

/// A query that the server gives up as well when midflight does.
async fn alone(session: &mut Session, sql: &str) -> Result<PgRow, sqlx::Error> {
    let begin = format!("BEGIN; SET LOCAL statement_timeout = '{} s'", PATIENCE.as_secs());
    session.conn.begin(&begin).await?;
    let row = session.one(sql).await;
    match row {
        Ok(row) => session.commit().await.map(|()| row),
        Err(error) => {
            session.rollback().await;
            Err(error)
        }
    }
}
