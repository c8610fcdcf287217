//! What is known of PostgreSQL itself, whatever the database: one place for each fact, tried on a running server by
//! `tests/it/facts.rs`. Where a server is connected it is asked instead, and `catalog` holds its answer.

pub mod functions;
mod keywords;
mod lock;
pub mod naming;
pub mod node_tree;
pub mod null;
pub mod over_rows;
pub mod parameters;
pub mod session;
pub mod transactions;
pub mod types;

pub use keywords::{KEYWORDS, Keyword, is_reserved, keyword};
pub use lock::LockMode;
