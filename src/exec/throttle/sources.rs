//! The two sources of reasons to wait: the server's figures, and the user's gates.

use std::time::Duration;

use sqlx::Row;
use tokio::sync::watch;

use super::other_activity::other_activity;
use super::watch::{Answer, Answers, Source};
use super::{Reading, Signal};
use crate::config::{Gate, ThrottleSettings};
use crate::db::{Session, explain, statement};
use crate::error::{Error, Result};
use crate::exec::{Event, Listener, gates};
use crate::ident::TableName;

/// The server's figures.
pub(super) struct Signals {
    /// What is asked.
    pub signals: Vec<Box<dyn Signal>>,
    /// The tables that are worked on.
    pub tables: Vec<TableName>,
    /// The limits; others may come while it asks.
    pub limits: watch::Receiver<ThrottleSettings>,
}

impl Signals {
    /// Begins anew with the limits that hold now, if they have changed.
    fn follow(&mut self, sees_all: bool) {
        if !self.limits.has_changed().unwrap_or(false) {
            return;
        }
        let tables: Vec<&TableName> = self.tables.iter().collect();
        self.signals = super::signals(&self.limits.borrow_and_update(), &tables);
        // as at the start, a default that can't be watched is only missed
        self.signals.retain(|signal| sees_all || !signal.needs_stats() || signal.asked_for());
    }
}

impl Source for Signals {
    const KNOWS: &'static str = "the load of the database";
    const EVERY: Duration = Duration::from_secs(1);

    fn patience(&self) -> Duration {
        Duration::from_secs(3)
    }

    async fn sample(&mut self, session: &mut Session) -> Result<Answers, String> {
        let sees_all = open(session).await.map_err(|error| explain(&error))?;
        self.follow(sees_all);
        let other_activity = other_activity(session).await.map_err(|error| explain(&error))?;
        let mut answers = Vec::new();
        for signal in &mut self.signals {
            let reading = if signal.needs_stats() && !sees_all {
                Reading::stop(format!("{} is not known: the role lacks pg_read_all_stats", signal.key()))
            } else {
                let rows = signal.query().fetch_all(&mut session.conn).await;
                match rows.and_then(|rows| signal.judge(&rows)) {
                    Ok(reading) => reading,
                    Err(error) if error.as_database_error().is_some() => {
                        session.rollback().await;
                        open(session).await.map_err(|error| explain(&error))?;
                        Reading::stop(format!("{} is not known: {}", signal.key(), explain(&error)))
                    }
                    Err(error) => return Err(explain(&error)),
                }
            };
            let slows_reading = signal.slows_reading();
            answers.push(Answer { name: signal.key().to_owned(), reading, slows_reading });
        }
        session.rollback().await;
        Ok(Answers { answers, other_activity })
    }
}

/// Opens a transaction for questions. Gives whether the role sees other users' sessions.
pub(super) async fn open(session: &mut Session) -> Result<bool, sqlx::Error> {
    let begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; SET LOCAL statement_timeout = '3s'; \
                 SET LOCAL search_path = pg_catalog";
    session.conn.begin(begin).await?;
    let sees_all = statement("SELECT pg_has_role('pg_read_all_stats', 'USAGE')");
    Ok(sees_all.fetch_one(&mut session.conn).await?.get(0))
}

/// Leaves out what the role may not look at. On an ordinary owner's database most backfills are run without ever
/// touching a limit, so a default is only missed; a limit that was asked for has to be watched.
///
/// # Errors
/// Exit 2 for a limit that was asked for.
pub(super) fn without_stats(
    wanted: Vec<Box<dyn Signal>>,
    listener: &dyn Listener,
) -> Result<Vec<Box<dyn Signal>>> {
    let (hidden, seen): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|signal| signal.needs_stats());
    let asked: Vec<&str> =
        hidden.iter().filter(|signal| signal.asked_for()).map(|signal| signal.key()).collect();
    if !asked.is_empty() {
        let message = format!("these limits of `throttle` can't be watched: {}", asked.join(", "));
        return Err(Error::usage(message)
            .detail("they look at other users' sessions, which takes the role pg_monitor")
            .hint("GRANT pg_monitor to the role that runs midflight, or set them to `off`"));
    }
    let hidden: Vec<&str> = hidden.iter().map(|signal| signal.key()).collect();
    if !hidden.is_empty() {
        let note = "they take the role pg_monitor (docs/privileges.md)";
        listener.event(&Event::Note(format!("not watched: {}; {note}", hidden.join(", "))));
    }
    Ok(seen)
}

/// The user's gates.
pub(super) struct Gates(pub Vec<Gate>);

impl Source for Gates {
    const KNOWS: &'static str = "what the gates say";
    const EVERY: Duration = Duration::from_secs(5);

    fn patience(&self) -> Duration {
        gates::PATIENCE * (1 + self.0.len() as u32)
    }

    async fn sample(&mut self, session: &mut Session) -> Result<Answers, String> {
        // A query's error must not be mistaken for a lost connection, nor the other way round.
        session.run("SELECT 1").await.map_err(|error| explain(&error))?;
        let mut answers = Vec::new();
        for gate in &self.0 {
            let reading = match gates::ask(session, gate).await {
                Ok(()) => Reading::clear(),
                Err(why) => Reading::stop(format!("gate `{}`: {why}", gate.name())),
            };
            answers.push(Answer { name: format!("gate {}", gate.name()), reading, slows_reading: true });
        }
        Ok(Answers { answers, other_activity: false })
    }
}
