//! What several tests need

pub mod database;
pub mod example;
pub mod pooler;
pub mod program;
pub mod release;
pub mod snapshot;
pub mod standby;
pub mod traffic;
