//! Another `up` or `down` for a migration in flight: its plan is made once more, on the catalog as it was before expand, and
//! may differ from the stored one in the functions and triggers of dual writes alone.

use super::self_check::operations;
use super::{Plan, Step, TableLock};
use crate::catalog::{self, Catalog};
use crate::error::{Error, Result};
use crate::ident::Ident;

/// What replaces the dual writes of a migration in flight.
#[derive(Debug, Clone, PartialEq)]
pub struct Amendment {
    /// The plan from now on.
    pub plan: Plan,
    /// The statements of one transaction.
    pub sql: Vec<String>,
    /// What they lock.
    pub locks: Vec<TableLock>,
}

impl Plan {
    /// A catalog as it was before this plan was expanded. What stays after a rollback is still there.
    pub fn before(&self, mut catalog: Catalog) -> Catalog {
        let steps = self.finish.iter().rev().chain(self.expand.iter().rev());
        for operation in steps.flat_map(|step| &step.undo).flat_map(|sql| operations(sql)) {
            catalog::apply(&mut catalog, &operation);
        }
        catalog
    }

    /// What leads from this stored plan to a fresh one of the changed file.
    ///
    /// # Errors
    /// Exit 23 where they differ in more than expressions.
    pub fn amended(&self, fresh: Self, state_schema: &Ident) -> Result<Amendment> {
        if self.version_schema.is_some() || fresh.version_schema.is_some() {
            return Err(refused("its releases have version schemas"));
        }
        let own = |sql: &String| is_of_dual_writes(sql, state_schema);
        let alike = |one: &Step, other: &Step| {
            let rest = |sql: &[String]| sql.iter().filter(|sql| !own(sql)).cloned().collect::<Vec<_>>();
            one.id == other.id
                && one.mode == other.mode
                && rest(&one.sql) == rest(&other.sql)
                && rest(&one.undo) == rest(&other.undo)
        };
        for (stored, planned) in
            [(&self.expand, &fresh.expand), (&self.finish, &fresh.finish), (&self.contract, &fresh.contract)]
        {
            let differs = stored.iter().zip(planned).find(|(one, other)| !alike(one, other));
            if let Some((step, _)) = differs {
                return Err(refused(&format!("step {} ({}) would be another one", step.id, step.summary)));
            }
            if stored.len() != planned.len() {
                return Err(refused("it has more or fewer steps"));
            }
        }
        let (mut sql, mut locks) = (Vec::new(), Vec::new());
        for (stored, planned) in self.expand.iter().zip(&fresh.expand) {
            let again: Vec<String> = planned.sql.iter().filter(|sql| own(sql)).cloned().collect();
            if again.is_empty() {
                continue;
            }
            sql.extend(stored.undo.iter().filter(|sql| own(sql)).cloned());
            sql.extend(again);
            locks.extend(planned.locks.clone());
        }
        if sql.is_empty() {
            return Err(refused("it converts no rows"));
        }
        Ok(Amendment { plan: fresh, sql, locks })
    }
}

fn refused(why: &str) -> Error {
    Error::refused(format!("the file changes more than how values are computed: {why}"))
        .hint("put the rest back as it was; or `midflight rollback`, and expand the new file")
}

/// Whether a statement of a plan makes or drops a function of dual writes, or a trigger that calls one. The planner has written
/// all of them, each with its whole name at one place.
fn is_of_dual_writes(sql: &str, state_schema: &Ident) -> bool {
    let function = format!("FUNCTION {state_schema}.");
    let heads = [
        format!("CREATE {function}"),
        format!("GRANT EXECUTE ON {function}"),
        format!("DROP FUNCTION IF EXISTS {state_schema}."),
        "CREATE TRIGGER zzzz_midflight_".to_owned(),
        "DROP TRIGGER IF EXISTS zzzz_midflight_".to_owned(),
    ];
    heads.iter().any(|head| sql.starts_with(head.as_str()))
        || sql.starts_with("ALTER TABLE ") && sql.contains(" ENABLE ALWAYS TRIGGER zzzz_midflight_")
}
