//! What the clients share, and what each counts.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::ledger::Ledger;
use super::stats::{Latencies, Period};

/// What all clients share.
pub struct Shared {
    /// The database.
    pub url: String,
    /// What was written.
    ledger: Mutex<Ledger>,
    /// The part of the demo that is on.
    period: AtomicUsize,
    /// The column is a bigint now: the new release writes amounts that need one.
    pub wide: AtomicBool,
    /// The new release's flag has said that `customer_name` may be read.
    pub flag_seen: AtomicBool,
}

impl Shared {
    /// For a database with so many orders.
    pub fn new(url: String, rows: i64) -> Self {
        Self {
            url,
            ledger: Mutex::new(Ledger::new(rows)),
            period: AtomicUsize::new(0),
            wide: AtomicBool::new(false),
            flag_seen: AtomicBool::new(false),
        }
    }

    /// What was written.
    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on statements count for this period.
    pub fn enter(&self, period: Period) {
        self.period.store(period as usize, Ordering::Relaxed);
    }

    /// The period that statements count for.
    pub fn period(&self) -> Period {
        Period::ALL[self.period.load(Ordering::Relaxed)]
    }
}

/// What a client counted.
#[derive(Debug, Default)]
pub struct Tally {
    /// Of every period, in order.
    pub latencies: [Latencies; Period::ALL.len()],
    /// Statements that failed, or that changed another number of rows than one.
    pub failures: usize,
    /// The first of them.
    pub first_failure: Option<String>,
    /// Rows that were read and compared with the ledger.
    pub compared: usize,
    /// Rows that differed.
    pub different: usize,
    /// The first of them.
    pub first_difference: Option<String>,
}

impl Tally {
    /// Counts a row that isn't what it must be.
    pub fn differs(&mut self, what: String) {
        self.different += 1;
        self.first_difference.get_or_insert(what);
    }

    /// Statements that did what they should, in all periods.
    pub fn served(&self) -> usize {
        self.latencies.iter().map(Latencies::count).sum::<usize>().saturating_sub(self.failures)
    }

    /// Adds another's figures.
    pub fn merge(&mut self, other: Self) {
        for (mine, theirs) in self.latencies.iter_mut().zip(&other.latencies) {
            mine.merge(theirs);
        }
        self.failures += other.failures;
        self.compared += other.compared;
        self.different += other.different;
        self.first_failure = self.first_failure.take().or(other.first_failure);
        self.first_difference = self.first_difference.take().or(other.first_difference);
    }
}
