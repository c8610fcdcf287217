//! Tests that need a server or the built program, in one binary because each binary is linked separately

// The lint settings exempt functions marked as tests, not the helpers beside them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]

mod action;
mod adoption;
mod advance;
mod apply;
mod architecture;
mod backfill;
mod blockers;
mod command_line;
mod compare;
mod corpus;
mod crash;
mod demo;
mod docs;
mod drift;
mod ephemeral;
mod expressions;
mod facts;
mod faults;
mod fuzz;
mod gates;
mod lifecycle;
mod lint;
mod lint_against;
mod lint_formats;
mod lint_input;
mod lint_since;
mod metrics;
mod next_steps;
mod no_rewrite;
mod objects;
mod online;
mod operations;
mod oracle;
mod own_plan;
mod pairs;
mod pipelines;
mod pooler;
mod privileges;
mod refusals;
mod rehearse;
mod release;
mod security;
mod session_settings;
mod soak;
mod spellings;
mod states;
mod status;
mod support;
mod throttle;
mod trace;
mod undo;
mod values;
mod words;
