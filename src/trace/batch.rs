//! A file as one query string. Nobody can ask anything in between, so the questions are in the string.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::TryStreamExt;
use sqlx::{Either, Row};

use super::file::{done, failed, seen};
use super::snapshot::{self, Oid, Snapshot};
use super::statements::{self, Manner, Statement};
use super::worker::{Worker, read_json, server_error};
use super::{NotDone, Observed, Outcome, ServerError, StatementTrace, observe};
use crate::db::Session;
use crate::error::Result;

/// One piece of the string.
#[derive(Debug, Clone, Copy)]
enum Piece {
    /// A statement of the file, by its place in the list.
    Statement(usize),
    /// Our question.
    Snapshot,
}

/// How far the server came.
pub struct Ran {
    /// What it answered to each piece that it carried out.
    answers: Vec<Option<String>>,
    /// What stopped it, and the character of the string that it blamed.
    error: Option<(ServerError, Option<usize>)>,
}

/// Runs statements as one string. `old` are the relations that were there before the file.
pub async fn run(
    worker: &mut Worker,
    statements: &[Statement<'_>],
    old: &mut BTreeSet<Oid>,
) -> Result<Vec<StatementTrace>> {
    let pieces = pieces(statements);
    let (sql, starts) = string(&pieces, statements);
    let ran = match worker.send_batch(sql, statements.len()).await? {
        Ok(ran) => ran,
        Err(error) => Ran { answers: Vec::new(), error: Some((error, None)) },
    };
    let outcomes = outcomes(statements, &pieces, &starts, &ran, old)?;
    let traces = statements.iter().zip(outcomes);
    Ok(traces
        .map(|(statement, outcome)| StatementTrace { span: statement.span, head: statement.head(), outcome })
        .collect())
}

/// Each statement that may be watched stands between two questions; neighbours share one.
fn pieces(statements: &[Statement<'_>]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (at, statement) in statements.iter().enumerate() {
        let watched = matches!(statement.manner, Manner::Plain | Manner::OnlyInTransaction);
        if watched && !matches!(pieces.last(), Some(Piece::Snapshot)) {
            pieces.push(Piece::Snapshot);
        }
        if !matches!(statement.manner, Manner::Never(_)) {
            pieces.push(Piece::Statement(at));
        }
        if watched {
            pieces.push(Piece::Snapshot);
        }
    }
    pieces
}

/// The string, and the character at which each piece starts.
fn string(pieces: &[Piece], statements: &[Statement<'_>]) -> (String, Vec<usize>) {
    let (mut sql, mut starts, mut length) = (String::new(), Vec::new(), 0);
    for piece in pieces {
        let text = match piece {
            Piece::Statement(at) => statements[*at].sql,
            Piece::Snapshot => snapshot::QUERY,
        };
        starts.push(length);
        sql.push_str(text);
        sql.push_str("\n;\n"); // on a line of its own: the statement may end with a comment
        length += text.chars().count() + 3;
    }
    (sql, starts)
}

/// Sends the string.
pub async fn send(session: &mut Session, sql: String) -> Result<Ran, sqlx::Error> {
    let mut results = session.conn.results(sql);
    let (mut answers, mut answer) = (Vec::new(), None);
    loop {
        match results.try_next().await {
            Ok(Some(Either::Right(row))) => answer = row.try_get(snapshot::COLUMN).ok(),
            Ok(Some(Either::Left(_))) => answers.push(answer.take()),
            Ok(None) => return Ok(Ran { answers, error: None }),
            Err(error) if error.as_database_error().is_some() => {
                let error = (server_error(&error), crate::db::position(&error));
                return Ok(Ran { answers, error: Some(error) });
            }
            Err(error) => return Err(error),
        }
    }
}

fn outcomes(
    statements: &[Statement<'_>],
    pieces: &[Piece],
    starts: &[usize],
    ran: &Ran,
    old: &mut BTreeSet<Oid>,
) -> Result<Vec<Outcome>> {
    let mut outcomes: Vec<Outcome> = statements
        .iter()
        .map(|statement| {
            let why = match statement.manner {
                Manner::Never(why) => why,
                _ => statements::FAILED_BEFORE,
            };
            Outcome::NotDone(NotDone::NotRun(why.to_owned()))
        })
        .collect();
    let snapshots: Vec<Option<Snapshot>> = ran
        .answers
        .iter()
        .map(|answer| answer.as_deref().map(read_json).transpose())
        .collect::<Result<_>>()?;
    let near = |at: Option<usize>| at.and_then(|at| snapshots.get(at)?.as_ref());
    for (at, piece) in pieces.iter().enumerate().take(ran.answers.len()) {
        let Piece::Statement(number) = *piece else { continue };
        outcomes[number] = match (near(at.checked_sub(1)), near(at.checked_add(1))) {
            (Some(before), Some(after)) => {
                let took = Duration::from_secs_f64((after.at - before.at).max(0.0));
                done(took, seen(&statements[number], observe::difference(before, after, old)))
            }
            _ => done(Duration::ZERO, Observed::default()),
        };
    }
    if let Some((error, position)) = &ran.error {
        // a string that can't be read fails as a whole, before its first statement runs
        let at = match position {
            Some(character) => starts.partition_point(|start| start < character).saturating_sub(1),
            None => ran.answers.len(),
        };
        let statement = pieces[..pieces.len().min(at + 1)].iter().rev().find_map(|piece| match piece {
            Piece::Statement(number) => Some(*number),
            Piece::Snapshot => None,
        });
        if let Some(number) = statement {
            outcomes[number] = failed(error.clone());
        }
    }
    Ok(outcomes)
}
