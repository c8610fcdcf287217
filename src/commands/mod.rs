//! One file per command: its arguments and what it does.

pub mod explain;
pub mod lint;
pub mod rules;
