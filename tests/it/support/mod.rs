//! What several tests need

pub mod archive;
pub mod comments;
pub mod comparison;
pub mod corpus;
pub mod database;
pub mod example;
pub mod health;
pub mod http;
pub mod inside;
pub mod observer;
pub mod older_state;
pub mod oracle_case;
pub mod page;
pub mod pooler;
pub mod program;
pub mod release;
pub mod repository;
pub mod runner;
pub mod sightings;
pub mod snapshot;
pub mod standby;
pub mod statements;
pub mod traffic;
pub mod wire;
