//! Looks at the database while somebody looks at the dashboard: one round of questions for all of them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::error::{Error, Result};
use crate::output::page::Report;

/// How long a round may take before its connection counts as lost.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long nobody has to have asked before nobody looks any more.
const ATTENTION: Duration = Duration::from_secs(30);

/// Reads everything once more, over a connection that it keeps or makes.
pub trait Look: Send + 'static {
    /// One round.
    fn look(&mut self) -> impl Future<Output = Result<Report>> + Send;
    /// Gives the connection up: the next round makes another.
    fn give_up(&mut self);
}

/// What was seen last.
#[derive(Clone)]
pub struct View {
    /// All of it.
    pub report: Arc<Report>,
    /// Why nothing newer is there, and since when.
    pub lost: Option<(String, Instant)>,
    seen: Instant,
}

/// The view that all viewers share.
pub struct Watch {
    view: Mutex<View>,
    asked: Mutex<Instant>,
    wanted: Notify,
    looked: Notify,
    every: Duration,
}

impl Watch {
    /// Begins with what the first round has read.
    pub fn new(first: Report, every: Duration) -> Self {
        let view = View { report: Arc::new(first), lost: None, seen: Instant::now() };
        Self {
            view: Mutex::new(view),
            asked: Mutex::new(Instant::now()),
            wanted: Notify::new(),
            looked: Notify::new(),
            every,
        }
    }

    /// What is known now. Where nobody has looked for a while, it waits for a round.
    pub async fn view(&self) -> View {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        let looked = self.looked.notified();
        let view = self.last();
        if view.lost.is_some() || view.seen.elapsed() < self.every * 2 {
            self.wanted.notify_one();
            return view;
        }
        self.wanted.notify_one();
        let _ = tokio::time::timeout(self.every * 2, looked).await;
        self.last()
    }

    fn last(&self) -> View {
        self.view.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks every while, as long as somebody asks.
    pub async fn run(&self, mut eyes: impl Look) {
        let mut failed = false;
        loop {
            let idle = self.asked.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
            if idle > ATTENTION {
                self.wanted.notified().await;
            }
            let round = Instant::now();
            let seen = match self.round(&mut eyes).await {
                // A connection may have ended since the last round: only a new one tells whether the server is there.
                Err(_) if !failed => {
                    eyes.give_up();
                    self.round(&mut eyes).await
                }
                seen => seen,
            };
            failed = seen.is_err();
            if failed {
                eyes.give_up();
            }
            self.note(seen);
            self.looked.notify_waiters();
            tokio::time::sleep(self.every.saturating_sub(round.elapsed()).max(self.every / 2)).await;
        }
    }

    async fn round(&self, eyes: &mut impl Look) -> Result<Report> {
        match tokio::time::timeout(PATIENCE, eyes.look()).await {
            Ok(seen) => seen,
            Err(_) => {
                Err(Error::new(crate::error::Kind::Unreachable, "the database gave no answer within 10 s"))
            }
        }
    }

    fn note(&self, seen: Result<Report>) {
        let mut view = self.view.lock().unwrap_or_else(PoisonError::into_inner);
        match seen {
            Ok(report) => *view = View { report: Arc::new(report), lost: None, seen: Instant::now() },
            Err(error) => {
                let since = view.lost.take().map_or_else(Instant::now, |(_, since)| since);
                view.lost = Some((error.message, since));
            }
        }
    }
}
