//! `status --wait`: until migrations have come so far, or can't any more.

use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::commands::context::Context;
use crate::db::Session;
use crate::error::{Error, Kind, Result};
use crate::state::{Phase, Record};

/// How often it looks.
const POLL: Duration = Duration::from_secs(1);

/// How far a migration is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Goal {
    /// Both releases work
    Expanded,
    /// Every row is converted and verified: the new release may read the new side
    Backfilled,
    /// What only the old release needed is gone
    Contracted,
    /// What expand made is gone
    RolledBack,
}

/// Where a migration stands, seen from the goal.
#[derive(Debug, PartialEq, Eq)]
enum Way {
    Reached,
    /// It may come there yet.
    Open,
    /// It won't, as things are.
    Closed,
}

impl Goal {
    /// A later phase on the way counts.
    const fn way(self, phase: Phase, verified: bool) -> Way {
        match (self, phase) {
            (Self::RolledBack, Phase::RolledBack | Phase::Undone | Phase::Pending) => Way::Reached,
            (Self::RolledBack, Phase::Contracting | Phase::Contracted | Phase::Purging) => Way::Closed,
            (Self::RolledBack, _) => Way::Open,
            (_, Phase::Undoing | Phase::Undone | Phase::RollingBack | Phase::RolledBack) => Way::Closed,
            (_, Phase::Contracted | Phase::Purging)
            | (Self::Expanded | Self::Backfilled, Phase::Contracting) => Way::Reached,
            (Self::Backfilled, Phase::Backfilled) if verified => Way::Reached,
            (Self::Expanded, Phase::Expanded | Phase::Backfilling | Phase::Backfilled) => Way::Reached,
            _ => Way::Open,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Expanded => "expanded",
            Self::Backfilled => "backfilled",
            Self::Contracted => "contracted",
            Self::RolledBack => "rolled_back",
        }
    }
}

/// Waits for all of these migrations.
///
/// # Errors
/// Exit 4 when the time is over, exit 1 when one of them can't come there without a person.
pub async fn wait(goal: Goal, timeout: Duration, ids: &[&str], context: &Context) -> Result<()> {
    let started = Instant::now();
    let mut session = context.connect().await?;
    let mut told = Vec::new();
    loop {
        let waits_for = match waits_for(goal, ids, &mut session, context).await {
            Err(error) if error.kind == Kind::Unreachable => {
                if let Ok(another) = context.connect().await {
                    session = another;
                }
                vec![error.message]
            }
            found => found?,
        };
        if waits_for.is_empty() {
            return Ok(());
        }
        let left = timeout.saturating_sub(started.elapsed());
        if left.is_zero() {
            let message = format!("not {} within {}", goal.name(), humantime::format_duration(timeout));
            return Err(Error::new(Kind::NotYet, message)
                .details(waits_for)
                .hint("`midflight status` shows what each waits for"));
        }
        if told != waits_for {
            context.printer.say(&format!("waits: {}", waits_for.join(", ")));
            told = waits_for;
        }
        session.interrupt().sleep(POLL.min(left)).await?;
    }
}

/// Those that are not there yet: `0001_name is backfilling`.
async fn waits_for(
    goal: Goal,
    ids: &[&str],
    session: &mut Session,
    context: &Context,
) -> Result<Vec<String>> {
    session.interrupt().check()?;
    let records = context.records(session).await?;
    let mut waits_for = Vec::new();
    for id in ids {
        let record = records.iter().find(|record| record.id == *id);
        let phase = record.map_or(Phase::Pending, |record| record.phase);
        match goal.way(phase, record.is_some_and(|record| record.verified)) {
            Way::Reached => {}
            Way::Open => {
                if let Some(record) = record {
                    refuse_stuck(goal, record, session, context).await?;
                }
                waits_for.push(format!("{id} is {phase}"));
            }
            Way::Closed => {
                let message = format!("migration `{id}` is {phase} and won't be {}", goal.name());
                return Err(Error::new(Kind::Failed, message)
                    .hint("`midflight status` shows where each migration stands"));
            }
        }
    }
    Ok(waits_for)
}

async fn refuse_stuck(goal: Goal, record: &Record, session: &mut Session, context: &Context) -> Result<()> {
    let Some(error) = context.settings.store().stuck(&mut session.conn, &record.id).await? else {
        return Ok(());
    };
    let (id, phase) = (&record.id, record.phase);
    let message = format!("migration `{id}` is {phase} and won't be {} without help: {error}", goal.name());
    Err(Error::new(Kind::Failed, message)
        .hint("the command that stopped there tells what to do: run it again"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_later_counts_and_the_way_back_does_not() {
        let phases = |goal: Goal, wanted: &Way| -> Vec<Phase> {
            Phase::ALL.into_iter().filter(|phase| goal.way(*phase, true) == *wanted).collect()
        };
        use Phase::*;
        let forward = [Expanded, Backfilling, Backfilled, Contracting, Contracted, Purging];
        assert_eq!(phases(Goal::Expanded, &Way::Reached), forward);
        assert_eq!(phases(Goal::Backfilled, &Way::Reached), forward[2..]);
        assert_eq!(phases(Goal::Contracted, &Way::Reached), [Contracted, Purging]);
        assert_eq!(phases(Goal::RolledBack, &Way::Reached), [Pending, Undone, RolledBack]);
        for goal in [Goal::Expanded, Goal::Backfilled, Goal::Contracted] {
            assert_eq!(phases(goal, &Way::Closed), [Undoing, Undone, RollingBack, RolledBack]);
        }
        assert_eq!(phases(Goal::RolledBack, &Way::Closed), [Contracting, Contracted, Purging]);
        assert_eq!(Goal::Backfilled.way(Backfilled, false), Way::Open);
    }
}
