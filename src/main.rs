//! The command line: reads arguments, calls the library, turns its answer into an exit code.

fn main() {}
