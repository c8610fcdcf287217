//! Connections: how they are opened, how their errors are judged, how a statement is interrupted.

pub mod catalog;
mod citus;
mod conn;
mod destination;
pub mod elsewhere;
mod environment;
mod failure;
mod fingerprint;
mod followers;
mod functions;
mod health;
mod objects;
mod options;
mod partitions;
mod publications;
mod relations;
mod row;
mod row_types;
mod service;
pub mod session;
pub mod snapshot;
mod types;
mod unread_certificate;
mod versions;

pub use conn::{CALM, Conn, Statement, statement, users_statement};
pub use destination::{application_schemas, destination};
pub use failure::{Failure, blames_statement, classify, explain, position};
pub use fingerprint::{database, fingerprint, fingerprints};
pub use health::{Health, health};
pub use session::{Interrupt, Session};
pub use versions::versions;
