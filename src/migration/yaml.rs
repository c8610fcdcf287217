//! YAML into steps.

use super::Contents;
use super::source::Source;
use crate::error::Result;

/// Reads a file.
pub fn read(_source: &Source) -> Result<Contents> {
    Ok(Contents { steps: Vec::new(), statements: 0, meaning: String::new() })
}
