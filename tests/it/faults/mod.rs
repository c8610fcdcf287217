//! Faults on purpose: docs/reliability.md lists them, and what each test shows

mod cut;
mod index_build;
mod killed;
mod meanwhile;
mod partitions;
mod points;
mod readers;
mod runners;
pub(crate) mod scenario;
mod server;
mod table;
pub(crate) mod writers;

/// Whether there is time for faults that last as long as they would.
fn long() -> bool {
    std::env::var_os("MIDFLIGHT_TEST_LONG").is_some()
}
