//! midflight changes the schema of a live PostgreSQL database while the application keeps serving.
//!
//! Data flows one way:
//!
//! ```text
//! text ──> migration ──┬─> lint ──> findings
//! .sql / .yaml         └─> plan ──> exec ──> database
//!                            │        │  events ──> output
//!                            └────────┴──────────> state
//! ```
//!
//! [`migration`], `lint` and `plan` are pure: text and a catalog snapshot in, values out. `exec` runs what a plan
//! holds and nothing else, `state` keeps what was done in the database itself, and `output` is the only part that
//! prints. docs/ARCHITECTURE.md is the map.

mod catalog;
pub mod cli;
pub mod commands;
pub mod compare;
pub mod config;
mod dashboard;
pub mod db;
mod demo;
pub mod ephemeral;
pub mod error;
mod exec;
pub mod fleet;
mod http;
pub mod ident;
pub mod lint;
mod metrics;
pub mod migration;
pub mod output;
pub mod pg;
pub mod plan;
mod rehearse;
mod state;
mod text;
pub mod trace;
