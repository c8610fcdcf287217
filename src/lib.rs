//! midflight

pub mod ephemeral;
