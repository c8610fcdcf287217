//! Waiting for a phase, and being told of work that was left
