//! Tests that need a server or the built program, in one binary because each binary is linked separately

// The lint settings exempt functions marked as tests, not the helpers beside them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]

mod adoption;
mod architecture;
mod backfill;
mod crash;
mod demo;
mod ephemeral;
mod lifecycle;
mod metrics;
mod no_rewrite;
mod objects;
mod pooler;
mod privileges;
mod readme;
mod refusals;
mod support;
mod throttle;
