//! Two databases side by side, through the program's own comparer

use midflight::compare::{self, Difference, Options};
use midflight::db::{Interrupt, Session};
use midflight::ident::Ident;

use super::database::TestDb;

/// Compares all but midflight's own schema.
pub fn options() -> Options {
    Options { state_schema: Ident::new("midflight"), volatile: Vec::new() }
}

/// A session of the program.
pub async fn connect(db: &TestDb) -> Session {
    Session::connect(&db.url(), Interrupt::never()).await.unwrap()
}

/// Two databases
pub struct Sides {
    first: Session,
    second: Session,
}

impl Sides {
    /// Connects to both
    pub async fn of(first: &TestDb, second: &TestDb) -> Self {
        Self { first: connect(first).await, second: connect(second).await }
    }

    /// What differs
    pub async fn differences(&mut self, options: &Options) -> Vec<Difference> {
        compare::compare(&mut self.first, &mut self.second, options).await.unwrap()
    }

    /// Fails with what differs
    pub async fn assert_alike(&mut self, what: &str, options: &Options) {
        let found = self.differences(options).await;
        assert!(found.is_empty(), "{what}:\n{}", told(&found));
    }
}

/// A line a difference
pub fn told(found: &[Difference]) -> String {
    found.iter().map(|one| format!("  {one}\n")).collect()
}
