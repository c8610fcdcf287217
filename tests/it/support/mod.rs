//! What several tests need

pub mod database;
pub mod program;
pub mod traffic;
