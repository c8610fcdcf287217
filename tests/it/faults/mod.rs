//! Faults on purpose: docs/reliability.md lists them, and what each test shows

mod killed;
mod scenario;
mod writers;
