//! What the applications wrote: the truth that the database is compared with.
//!
//! Both releases write the same rows. A writer claims a row before it sends its statement, so no two statements on
//! one row overlap and the ledger always knows what the row must hold.

use std::collections::HashMap;

use super::release::Release;

/// An order, as an application knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its unique reference.
    pub reference: String,
    /// Who ordered.
    pub customer: String,
    /// For how much.
    pub amount_cents: i64,
    /// Where it stands.
    pub status: String,
}

/// The states of an order.
pub const STATUSES: [&str; 3] = ["open", "paid", "shipped"];

/// How many customers share so many orders.
pub const fn customers(rows: i64) -> i64 {
    rows / 50 + 1
}

impl Order {
    /// The order that was loaded under an id; [`super::shop::load`] says the same in SQL.
    pub fn loaded(id: i64, rows: i64) -> Self {
        Self {
            reference: format!("ord-{id}"),
            customer: format!("Customer {}", id % customers(rows)),
            amount_cents: 100 + id * 7919 % 90_000,
            status: STATUSES[(id % 3).unsigned_abs() as usize].to_owned(),
        }
    }
}

/// What has been written to a row.
#[derive(Debug)]
struct Entry {
    order: Order,
    by: Release,
    changed_at: u64,
    in_flight: bool,
    /// A statement on it failed: nobody knows what it holds.
    unknown: bool,
}

/// Every row that was written, and by their ids every row that was loaded.
#[derive(Debug)]
pub struct Ledger {
    rows: i64,
    clock: u64,
    entries: HashMap<i64, Entry>,
    inserted: Vec<i64>,
}

impl Ledger {
    /// A ledger of loaded rows that nobody has written to.
    pub fn new(rows: i64) -> Self {
        Self { rows, clock: 0, entries: HashMap::new(), inserted: Vec::new() }
    }

    /// How many rows there must be.
    pub fn rows(&self) -> i64 {
        self.rows + self.inserted.len() as i64
    }

    /// How many rows a release was the last to write.
    pub fn written_by(&self, release: Release) -> usize {
        self.entries.values().filter(|entry| entry.by == release).count()
    }

    /// A row to write to: often one of a few, so that the releases meet on them, else any.
    pub fn pick(&self) -> i64 {
        match fastrand::u8(0..10) {
            0..4 => 1 + fastrand::i64(0..200) * (self.rows / 200).max(1) % self.rows,
            4..6 if !self.inserted.is_empty() => self.inserted[fastrand::usize(0..self.inserted.len())],
            _ => fastrand::i64(1..=self.rows),
        }
    }

    /// Takes a row for a statement. None while another statement is at it.
    pub fn claim(&mut self, id: i64, by: Release) -> Option<Order> {
        self.clock += 1;
        let (clock, rows) = (self.clock, self.rows);
        let entry = self.entries.entry(id).or_insert_with(|| Entry {
            order: Order::loaded(id, rows),
            by,
            changed_at: clock,
            in_flight: false,
            unknown: false,
        });
        if entry.in_flight || entry.unknown {
            return None;
        }
        (entry.in_flight, entry.changed_at) = (true, clock);
        Some(entry.order.clone())
    }

    /// Notes what the statement made of the row; nothing when it failed.
    pub fn settle(&mut self, id: i64, by: Release, order: Option<Order>) {
        self.clock += 1;
        let clock = self.clock;
        let Some(entry) = self.entries.get_mut(&id) else { return };
        (entry.in_flight, entry.changed_at, entry.unknown) = (false, clock, order.is_none());
        if let Some(order) = order {
            (entry.order, entry.by) = (order, by);
        }
    }

    /// Notes a new row.
    pub fn inserted(&mut self, id: i64, by: Release, order: Order) {
        self.clock += 1;
        self.inserted.push(id);
        self.entries
            .insert(id, Entry { order, by, changed_at: self.clock, in_flight: false, unknown: false });
    }

    /// A point in time, to be given to [`Ledger::seen`].
    pub fn now(&self) -> u64 {
        self.clock
    }

    /// What a row must hold that was read at some time since `asked_at`. None where a write came in between, or where
    /// its writer hasn't heard of its id yet.
    pub fn seen(&self, id: i64, asked_at: u64) -> Option<Order> {
        match self.entries.get(&id) {
            Some(entry) if entry.in_flight || entry.unknown || entry.changed_at > asked_at => None,
            Some(entry) => Some(entry.order.clone()),
            None if id <= self.rows => Some(Order::loaded(id, self.rows)),
            None => None,
        }
    }

    /// What a row must hold now that all writers have stopped. None where it is not known, or must not be.
    pub fn expected(&self, id: i64) -> Option<Order> {
        self.seen(id, self.clock)
    }

    /// Whether a row was there from the start.
    pub fn is_loaded(&self, id: i64) -> bool {
        (1..=self.rows).contains(&id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_in_flight_is_neither_claimed_nor_compared() {
        let mut ledger = Ledger::new(10);
        let asked = ledger.now();
        let order = ledger.claim(3, Release::Old).unwrap();
        assert!(ledger.claim(3, Release::New).is_none());
        assert!(ledger.seen(3, ledger.now()).is_none());
        let changed = Order { amount_cents: 5, ..order };
        ledger.settle(3, Release::Old, Some(changed.clone()));
        assert!(ledger.seen(3, asked).is_none(), "the reader may have seen either");
        assert_eq!(ledger.seen(3, ledger.now()), Some(changed));
        assert_eq!(ledger.seen(4, asked), Some(Order::loaded(4, 10)));
        assert_eq!((ledger.written_by(Release::Old), ledger.written_by(Release::New)), (1, 0));
    }

    #[test]
    fn rows_nobody_inserted_are_unexpected_and_failed_ones_unknown() {
        let mut ledger = Ledger::new(10);
        assert!(ledger.expected(11).is_none());
        ledger.inserted(11, Release::New, Order::loaded(11, 10));
        assert!(ledger.expected(11).is_some());
        ledger.claim(11, Release::New).unwrap();
        ledger.settle(11, Release::New, None);
        assert!(ledger.expected(11).is_none() && ledger.claim(11, Release::Old).is_none());
        assert_eq!(ledger.rows(), 11);
    }
}
