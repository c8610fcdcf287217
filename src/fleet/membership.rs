//! What a fleet tells the command that it runs in a target: whose target it is, and which migrations have passed in all of
//! its group.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The environment variable in which a command finds it.
pub const VARIABLE: &str = "MIDFLIGHT_FLEET";

/// The fleet on whose behalf a command works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The fleet's name.
    pub fleet: String,
    /// The target's group.
    pub group: String,
    /// Migrations that every target of the group has backfilled and verified, or contracted.
    pub passed: BTreeSet<String>,
    /// For the others in flight: which targets have not.
    pub behind: BTreeMap<String, String>,
}

impl Membership {
    /// What the process was told by the fleet that started it.
    ///
    /// # Errors
    /// Exit 2 where the variable holds something else.
    pub fn given(environment: impl Fn(&str) -> Option<String>) -> Result<Option<Self>> {
        let Some(text) = environment(VARIABLE).filter(|text| !text.is_empty()) else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|_| {
            Error::usage(format!("{VARIABLE} is not what `midflight fleet` sets"))
                .hint("take it out of the environment: only `midflight fleet` sets it, for the commands that it starts")
        })
    }
}
