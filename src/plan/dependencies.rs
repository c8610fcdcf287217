//! What a migration makes and relies on until contract, so that it can be told when somebody else changes it.

use serde::{Deserialize, Serialize};

use super::planner::{Draft, Stays};
use super::{Mode, Plan};
use crate::catalog::Evidence;
use crate::ident::{Ident, TableName};

/// The objects of a migration in flight, by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Dependencies {
    /// Tables and views that it works on.
    pub tables: Vec<TableName>,
    /// Columns that it works on, and those that it adds.
    pub columns: Vec<ColumnUse>,
    /// Constraints that it adds.
    pub constraints: Vec<ConstraintName>,
    /// Indexes that it builds.
    pub indexes: Vec<TableName>,
    /// What the names of the functions behind its triggers begin with.
    pub functions: Vec<String>,
}

/// A column, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnUse {
    /// The table.
    pub table: TableName,
    /// The column.
    pub column: Ident,
    /// Its indexes and constraints matter: they are midflight's, or were copied.
    pub followed: bool,
    /// Contract drops it, and what depends on it as well.
    pub goes: bool,
}

/// A constraint and its table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConstraintName {
    /// The table.
    pub table: TableName,
    /// The constraint.
    pub name: Ident,
}

impl Draft<'_> {
    /// Reads off a plan what it relies on.
    pub(super) fn dependencies(&self, plan: &Plan) -> Dependencies {
        let mut found = Dependencies { functions: self.function_prefixes(), ..Dependencies::default() };
        for touch in &plan.touches {
            push(&mut found.tables, touch.table.clone());
            if let Some(column) = &touch.column {
                found.column(plan, &touch.table, column, false);
            }
        }
        for work in &plan.backfill {
            for column in &work.columns {
                found.column(plan, &work.table, column, true);
            }
        }
        for (table, work) in &self.dual_writes {
            for column in work.replaced.iter().filter(|column| column.stays == Stays::New) {
                found.column(plan, table, &column.old, true);
            }
            for marker in work.pairs.iter().filter_map(|pair| pair.marker.as_ref()) {
                found.column(plan, table, &marker.column, false);
            }
        }
        // What is built on a partition goes with it, and nobody can drop it once the index above has taken it over.
        let steps = plan.expand.iter().chain(&plan.finish).filter(|step| !step.of_partition);
        let built = steps.filter_map(|step| match &step.mode {
            Mode::Alone { done_when: Some(Evidence::IndexValid(index)) } => Some(index.clone()),
            _ => None,
        });
        found.indexes.extend(built);
        let built = self.added_constraints.iter();
        let built = built.filter(|(table, constraint)| !self.is_copy_only(table, &constraint.name));
        found.constraints.extend(built.map(|(table, constraint)| ConstraintName {
            table: table.clone(),
            name: self.first_constraint(table, &constraint.name),
        }));
        found
    }

    fn function_prefixes(&self) -> Vec<String> {
        self.dual_writes.keys().map(|table| format!("{}_", self.slug(table))).collect()
    }
}

impl Dependencies {
    fn column(&mut self, plan: &Plan, table: &TableName, column: &Ident, followed: bool) {
        push(&mut self.tables, table.clone());
        match self.columns.iter_mut().find(|known| known.table == *table && known.column == *column) {
            Some(known) => known.followed |= followed,
            None => self.columns.push(ColumnUse {
                table: table.clone(),
                column: column.clone(),
                followed,
                goes: plan.drops(table, column),
            }),
        }
    }
}

impl Plan {
    /// Whether contract drops a column.
    fn drops(&self, table: &TableName, column: &Ident) -> bool {
        let (alter, drop) = (format!("ALTER TABLE {table} "), format!("DROP COLUMN {column}"));
        let mut actions = self
            .contract
            .iter()
            .flat_map(|step| &step.sql)
            .filter_map(|sql| sql.strip_prefix(alter.as_str()))
            .flat_map(|actions| actions.split(", "));
        actions.any(|action| action == drop)
    }
}

fn push(list: &mut Vec<TableName>, name: TableName) {
    if !list.contains(&name) {
        list.push(name);
    }
}
