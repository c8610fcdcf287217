//! Connections: how they are opened, how their errors are judged, how a statement is interrupted.

pub mod catalog;
mod failure;
mod followers;
mod objects;
pub mod session;
mod statement;

pub use failure::{Failure, classify, explain, position};
pub use session::{Interrupt, Session};
pub use statement::statement;
