//! Connections: how they are opened, how their errors are judged, how a statement is interrupted.

pub mod catalog;
mod conn;
pub mod elsewhere;
mod environment;
mod failure;
mod fingerprint;
mod followers;
mod functions;
mod objects;
mod options;
mod partitions;
mod publications;
mod row;
mod row_types;
pub mod session;
pub mod snapshot;
mod types;

pub use conn::{CALM, Conn, Statement, statement};
pub use failure::{Failure, blames_statement, classify, explain, position};
pub use fingerprint::{database, fingerprint};
pub use session::{Interrupt, Session};
