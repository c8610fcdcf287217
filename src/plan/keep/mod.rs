//! Contract without loss: what it would remove is hidden and kept in step with the new shape, so that `undo` brings the old
//! one back, and `purge` removes it in the end.
//!
//! Nothing here is asked of the operations. The finished contract is read statement by statement, on the catalog as the ones
//! before leave it, and each is given what hides instead of removing and what takes it back. A statement that nobody knows
//! to take back makes the whole migration one that can't be kept, and says so. Undo is the statements that take back, the
//! last one first; what expand made goes by rollback afterwards, as ever.

mod column;
mod hide;
mod prepare;
mod steps;
mod table;
mod trigger;

use serde::{Deserialize, Serialize};

use super::distributed;
use super::dual_write::{Derived, Variable};
use super::planner::Draft;
use super::self_check;
use super::uses::{How, Object};
use super::{ColumnUse, Dependencies, Plan, Step, TriggerName, Violations, Work};
use crate::catalog::Catalog;
use crate::ident::{Ident, TableName};
use crate::migration::operation::Operation;
use hide::Hide;

/// Whether and how contract keeps what it removes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// Why it can't: what contract does and nothing takes back.
    Impossible(Vec<String>),
    /// The steps.
    Possible(Box<Kept>),
}

/// Contract, undo and purge of a migration that is kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// In place of the plan's own contract.
    pub contract: Vec<Step>,
    /// From there back to where backfill ended; rollback follows.
    pub undo: Vec<Step>,
    /// Removes what is hidden.
    pub purge: Vec<Step>,
    /// What is hidden, for people: `column public.orders.ref`.
    pub what: Vec<String>,
    /// Rows because of which undo would fail, by the names that are there while it is kept.
    pub in_the_way: Vec<Violations>,
    /// Columns that the kept values come from, and tables that hold some.
    pub sources: Dependencies,
    /// The triggers that keep hidden columns in step.
    pub triggers: Vec<TriggerName>,
}

/// Old columns that contract would keep in step with what replaces them.
pub(super) struct KeptPair {
    pub(super) table: TableName,
    /// The columns that go.
    pub(super) old: Vec<Ident>,
    /// What replaces them.
    pub(super) new: Vec<Variable>,
    /// Old from new; none where nobody knows how.
    pub(super) down: Option<Vec<Derived>>,
}

impl Keep {
    /// The same where its ways lead where they have to, else why not.
    pub(super) fn checked(
        &self,
        plan: &Plan,
        file: &[Operation],
        first: &Catalog,
        state_schema: &Ident,
    ) -> Self {
        match self {
            Self::Possible(kept) => match self_check::check_kept(plan, kept, file, first, state_schema) {
                Ok(()) => self.clone(),
                Err(why) => Self::Impossible(vec![why]),
            },
            Self::Impossible(_) => self.clone(),
        }
    }
}

impl Kept {
    /// What undo takes more than an instant for.
    fn built_again(&self) -> String {
        let long = |step: &&Step| matches!(step.work, Work::IndexBuild | Work::Scan);
        let found: Vec<&str> = self.undo.iter().filter(long).map(|step| step.summary.as_str()).collect();
        if found.is_empty() {
            ", in an instant".to_owned()
        } else {
            format!(", and has to {}", found.join(", "))
        }
    }

    /// Every step with the name of its stage.
    pub fn steps(&self) -> impl Iterator<Item = (&'static str, &Step)> {
        let contract = self.contract.iter().map(|step| ("keep", step));
        let undo = self.undo.iter().map(|step| ("undo", step));
        contract.chain(undo).chain(self.purge.iter().map(|step| ("purge", step)))
    }
}

impl Plan {
    /// The steps of a migration that can be kept.
    pub fn kept(&self) -> Option<&Kept> {
        match &self.keep {
            Some(Keep::Possible(kept)) => Some(kept),
            Some(Keep::Impossible(_)) | None => None,
        }
    }

    /// Says what a contract that keeps would keep, or why it can't.
    pub fn tell_of_keeping(&mut self) {
        let text = match &self.keep {
            Some(Keep::Possible(kept)) if kept.what.is_empty() => {
                "contract hides nothing (`contract.keep`): `midflight undo` gives names back and takes away what was added".to_owned()
            }
            Some(Keep::Possible(kept)) => format!(
                "contract hides, and does not remove (`contract.keep`): {}; `midflight undo` brings it back{}",
                kept.what.join(", "),
                kept.built_again()
            ),
            Some(Keep::Impossible(why)) => format!(
                "contract can't keep the old shape (`contract.keep`), and will refuse to run without `--keep 0s`: {}",
                why.join("; ")
            ),
            None => return,
        };
        self.notes.push(text);
    }

    /// What this plan drops, renames or replaces of that on which another one's kept values rest. A plan that says nothing of
    /// what it uses is taken to change all it touches.
    pub fn changes_of(&self, kept: &Kept) -> Option<Object> {
        let column =
            |one: &ColumnUse| Object::Column { table: one.table.clone(), column: one.column.clone() };
        let rests_on = |object: &Object| {
            kept.sources.columns.iter().any(|one| column(one) == *object)
                || kept.sources.tables.iter().any(|table| Object::Relation(table.clone()) == *object)
        };
        match &self.uses {
            Some(uses) => {
                let mut changed = uses.objects.iter().filter(|one| one.how == How::Changes);
                changed.find(|one| rests_on(&one.object)).map(|one| one.object.clone())
            }
            None => self.touches.iter().map(Object::from).find(rests_on),
        }
    }

    /// The plan with what stands while it is kept, for telling drift.
    #[must_use]
    pub fn while_kept(&self) -> Self {
        let kept = self.kept().cloned().unwrap_or_default();
        Self { relies_on: kept.sources, triggers: kept.triggers, counters: Vec::new(), ..self.clone() }
    }
}

impl Draft<'_> {
    /// How contract would keep what it removes. `restores` makes the dual writes of a table once more.
    pub(super) fn keep(&self, plan: &Plan, restores: &[(TableName, Vec<String>)]) -> Keep {
        let mut refused = Vec::new();
        if plan.version_schema.is_some() || self.versioned() {
            refused.push("releases have version schemas, whose views would show what is hidden".to_owned());
        }
        for step in &plan.contract {
            if matches!(step.work, Work::Unknown | Work::Rows) {
                refused.push(format!("contract runs SQL of your own: {}", step.summary));
            }
        }
        refused.extend(distributed::cant_be_hidden(plan, self.first));
        if !refused.is_empty() {
            return Keep::Impossible(refused);
        }
        let mut hide = Hide::new(self, plan, restores);
        for step in &plan.contract {
            hide.step(step);
        }
        hide.finish(plan)
    }

    /// The pair of a column that goes, where it has a successor.
    fn successor_of(&self, table: &TableName, column: &Ident) -> Option<&KeptPair> {
        self.kept_pairs.iter().find(|pair| pair.table == *table && pair.old.contains(column))
    }
}
