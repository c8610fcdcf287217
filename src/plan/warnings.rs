//! What a migration means for a release that runs, told in the plan and again by the stage that brings it about.

use serde::{Deserialize, Serialize};

use super::planner::Draft;
use super::rows::Place;
use crate::ident::{Ident, TableName};
use crate::migration::operation::{Step, UserTriggers};

/// What a stage changes for a release that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Whether contract changes it; else expand.
    pub at_contract: bool,
    /// What it is.
    pub text: String,
}

impl Draft<'_> {
    /// Tells the user what changes for a release that runs, in the plan and again when it happens.
    pub fn warn(&mut self, at_contract: bool, text: impl Into<String>) {
        let warning = Warning { at_contract, text: text.into() };
        if !self.warnings.contains(&warning) {
            if !self.notes.contains(&warning.text) {
                self.notes.push(warning.text.clone());
            }
            self.warnings.push(warning);
        }
    }

    /// Tells what a new constraint refuses of a release that runs. One on new columns alone refuses nothing of it.
    pub(super) fn binds(&mut self, table: &TableName, columns: &[Ident], refuses: &str, code: &str) {
        let is_new =
            |column: &Ident| self.added_columns.iter().any(|(of, added)| of == table && added == column);
        if self.is_new(table) || !columns.is_empty() && columns.iter().all(is_new) {
            return;
        }
        // In contract no release is running that could be surprised.
        if self.place == Place::Contract {
            return;
        }
        let text = format!(
            "from {} on {table} refuses {refuses}: a statement of the running release that does it fails (SQLSTATE {code})",
            self.place.name()
        );
        self.warn(false, text);
    }

    /// What the statement says about the user's triggers.
    pub(super) fn triggers_said(&self) -> Option<UserTriggers> {
        self.triggers
    }

    /// Whether the statement allows a rule to be broken.
    pub(super) fn lets_break(&self, rule: &str) -> bool {
        self.allowed.iter().any(|allowed| allowed == rule)
    }

    /// What the file says about the user's triggers on a table.
    pub(super) fn user_triggers(&self, table: &TableName) -> Option<UserTriggers> {
        let about = |step: &&Step| step.operation.tables().iter().any(|of| self.resolve(of) == *table);
        self.migration.steps.iter().filter(about).find_map(|step| step.triggers)
    }
}
