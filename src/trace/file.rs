//! A file, statement by statement: each alone, or all in the transaction that the runner opens.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::snapshot::Oid;
use super::statements::{self, Manner, Statement};
use super::worker::{Standing, Worker};
use super::{NotDone, Observed, Outcome, ServerError, StatementTrace, alone, observe};
use crate::error::Result;

/// Runs the statements of a file. `old` are the relations that were there before it.
pub async fn run(
    worker: &mut Worker,
    statements: &[Statement<'_>],
    in_one_transaction: bool,
    old: &mut BTreeSet<Oid>,
) -> Result<Vec<StatementTrace>> {
    if in_one_transaction {
        worker.session.run("BEGIN").await?;
    }
    let mut traces = Vec::new();
    for statement in statements {
        let outcome = one(worker, statement, old).await?;
        traces.push(StatementTrace { span: statement.span, head: statement.head(), outcome });
    }
    let standing = worker.standing().await?;
    if in_one_transaction
        && standing == Standing::Open
        && let Err(error) = worker.send("COMMIT").await?
        && let Some(last) = traces.last_mut()
    {
        last.outcome = failed(error); // a deferred constraint
    }
    Ok(traces)
}

async fn one(worker: &mut Worker, statement: &Statement<'_>, old: &mut BTreeSet<Oid>) -> Result<Outcome> {
    let standing = worker.standing().await?;
    match (statement.manner, standing) {
        (Manner::Never(why), _) => Ok(Outcome::NotDone(NotDone::NotRun(why.to_owned()))),
        (Manner::TransactionControl, _) | (Manner::Setting, Standing::Idle | Standing::Open) => {
            unobserved(worker, statement).await
        }
        (_, Standing::Failed) => Ok(Outcome::NotDone(NotDone::NotRun(statements::FAILED_BEFORE.to_owned()))),
        (Manner::OnlyInTransaction, Standing::Idle) => unobserved(worker, statement).await,
        (Manner::Plain, Standing::Idle) => in_its_own_transaction(worker, statement, old).await,
        (Manner::Plain | Manner::OnlyInTransaction, Standing::Open) => {
            Ok(observed(worker, statement, old).await?.unwrap_or_else(failed))
        }
    }
}

async fn unobserved(worker: &mut Worker, statement: &Statement<'_>) -> Result<Outcome> {
    let begun = Instant::now();
    let sent = worker.send(statement.sql).await?;
    Ok(sent.map_or_else(failed, |()| done(begun.elapsed(), Observed::default())))
}

/// In the transaction that is open.
async fn observed(
    worker: &mut Worker,
    statement: &Statement<'_>,
    old: &mut BTreeSet<Oid>,
) -> Result<Result<Outcome, ServerError>> {
    let before = worker.snapshot().await?;
    let begun = Instant::now();
    let sent = worker.send(statement.sql).await?;
    let took = begun.elapsed();
    if let Err(error) = sent {
        return Ok(Err(error));
    }
    let after = worker.snapshot().await?;
    Ok(Ok(done(took, seen(statement, observe::difference(&before, &after, old)))))
}

/// What a statement may say in a transaction that PostgreSQL would have opened for it: that it wants none, because
/// it commits by itself.
const WANTS_NO_TRANSACTION: [&str; 2] = ["25001", "2D000"];

async fn in_its_own_transaction(
    worker: &mut Worker,
    statement: &Statement<'_>,
    old: &mut BTreeSet<Oid>,
) -> Result<Outcome> {
    worker.session.run("BEGIN").await?;
    let outcome = match observed(worker, statement, old).await? {
        Ok(outcome) => return Ok(worker.send("COMMIT").await?.map_or_else(failed, |()| outcome)),
        Err(error) => {
            worker.session.run("ROLLBACK").await?;
            error
        }
    };
    if !WANTS_NO_TRANSACTION.contains(&outcome.sqlstate.as_str()) {
        return Ok(failed(outcome));
    }
    let before = worker.snapshot().await?;
    let begun = Instant::now();
    let (sent, sampled) = alone::run(worker, statement.sql, &before).await?;
    let took = begun.elapsed();
    if let Err(error) = sent {
        return Ok(failed(error));
    }
    let after = worker.snapshot().await?;
    Ok(done(took, seen(statement, observe::difference_alone(&before, &after, &sampled, old))))
}

/// TRUNCATE swaps files without writing a row.
pub fn seen(statement: &Statement<'_>, mut seen: Observed) -> Observed {
    if statement.is_truncate() {
        seen.rewritten.clear();
    }
    seen
}

pub fn done(took: Duration, seen: Observed) -> Outcome {
    Outcome::Done { took, seen }
}

pub fn failed(error: ServerError) -> Outcome {
    Outcome::NotDone(NotDone::Failed(error))
}
