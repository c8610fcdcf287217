//! What a draft knows by name: tables, columns and types, with errors that blame the file and hint at the right word.

use super::planner::Draft;
use crate::catalog::{Column, Index, RelationKind, Table, TypeInfo};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::operation::{Name, Operation, TableRef, TypeText};
use crate::migration::source::{Located, Span};
use crate::plan::expression::functions_called;
use crate::text::nearest;

impl Draft<'_> {
    /// The full name of a table as the file writes it.
    pub fn resolve(&self, table: &TableRef) -> TableName {
        self.catalog.resolve(table)
    }

    /// Whether this migration creates the table: then nobody uses it yet, and plain statements do.
    pub fn is_new(&self, table: &TableName) -> bool {
        self.created.contains_key(table)
    }

    /// Whether a relation of that name exists or is about to.
    pub fn exists(&self, name: &TableName) -> bool {
        let added =
            |(table, index): &(TableName, Index)| table.schema == name.schema && index.name == name.name;
        self.is_new(name) || self.catalog.relations.contains_key(name) || self.added_indexes.iter().any(added)
    }

    /// An index of a table, or one that an earlier operation of this migration builds on it.
    pub fn index<'t>(&'t self, name: &TableName, table: &'t Table, index: &Ident) -> Option<&'t Index> {
        let added = self.added_indexes.iter().filter(|(of, _)| of == name).map(|(_, index)| index);
        added.chain(&table.indexes).find(|known| known.name == *index)
    }

    /// The server's major version.
    pub fn server_major(&self) -> u32 {
        self.catalog.server_major
    }

    /// Refuses a migration that does anything else to a table, under its old name or its new one.
    pub fn alone_on(&self, old: &TableName, new: &TableName) -> Result<()> {
        let concerns = |step: &&crate::migration::operation::Step| {
            step.operation.tables().iter().any(|table| [old, new].contains(&&self.resolve(table)))
        };
        let others: Vec<_> = self.migration.steps.iter().filter(concerns).collect();
        match others.iter().find(|step| step.span.start != self.span.start) {
            None => Ok(()),
            Some(step) => {
                let error = Error::refused(format!("`{old}` is renamed and changed in one migration"))
                    .hint("put the other change in a migration of its own, before this one");
                Err(self.blame(error, step.span))
            }
        }
    }

    /// What kind of relation has a name, if any.
    pub fn relation_kind(&self, name: &TableName) -> Option<RelationKind> {
        self.catalog.relations.get(name).copied()
    }

    /// Whether the migration renames a column to this name. Until contract that is a column of its own; what the file says
    /// of it waits for contract as well.
    pub fn renames_to(&self, table: &TableName, column: &Ident) -> bool {
        self.migration.steps.iter().any(|step| match &step.operation {
            Operation::RenameColumn(rename) => {
                self.resolve(&rename.table) == *table && rename.to.value == *column
            }
            _ => false,
        })
    }

    /// Whether the migration sets or drops a column's default, under its old name or its new one.
    pub fn changes_default(&self, table: &TableName, names: [&Ident; 2]) -> bool {
        let concerns = |of: &TableRef, column: &Ident| self.resolve(of) == *table && names.contains(&column);
        self.migration.steps.iter().any(|step| match &step.operation {
            Operation::SetDefault(op) => concerns(&op.table, &op.column),
            Operation::DropDefault(op) => concerns(&op.table, &op.column),
            _ => false,
        })
    }

    /// The constraint that owns an index, if one does.
    pub fn constraint_of_index(&self, index: &TableName) -> Option<&Ident> {
        self.catalog.constraint_indexes.get(index)
    }

    /// A table that the operation needs, and may change: an ordinary one that the role owns.
    pub fn table(&self, table: &Located<TableRef>) -> Result<(TableName, Table)> {
        let (name, found) = self.table_or_partitioned(table)?;
        if found.partitioning.is_none() {
            return Ok((name, found));
        }
        let error = Error::refused(format!("`{name}` is partitioned, and midflight can't make this change online there"))
            .hint("columns without computed values, defaults, NOT NULL, checks, comments and indexes can be changed");
        Err(self.blame(error, table.span))
    }

    /// The same, or a partitioned one: for changes of the catalog, which PostgreSQL passes on to every partition.
    pub fn table_or_partitioned(&self, table: &Located<TableRef>) -> Result<(TableName, Table)> {
        let name = self.resolve(table);
        let found = self.created.get(&name).or_else(|| self.catalog.tables.get(&name));
        let found = found.ok_or_else(|| self.blame(self.no_table(&name), table.span))?;
        let problem = match found.kind {
            RelationKind::Table if found.has_children => {
                Some("inherited by other tables, which midflight can't change online yet")
            }
            RelationKind::Table if found.is_partition => Some("a partition; change its parent"),
            RelationKind::Table | RelationKind::PartitionedTable => None,
            RelationKind::ForeignTable => Some("a foreign table"),
            RelationKind::View
            | RelationKind::MaterializedView
            | RelationKind::Index
            | RelationKind::PartitionedIndex
            | RelationKind::Sequence
            | RelationKind::CompositeType
            | RelationKind::Toast => Some("not a table"),
        };
        if let Some(problem) = problem {
            let error = Error::refused(format!("`{name}` is {problem}"));
            let error = if found.kind == RelationKind::PartitionedTable {
                error.hint(
                    "write the statements for it as `sql:` in YAML, or with `-- midflight: phase`; long work goes partition by \
                     partition, as `midflight explain concurrent-index-on-partitioned` shows for indexes",
                )
            } else {
                error
            };
            return Err(self.blame(error, table.span));
        }
        if !found.owned {
            let error = Error::refused(format!("the connected role does not own table `{name}`"))
                .hint("connect as the table's owner, or as a role that is a member of the owner");
            return Err(self.blame(error, table.span));
        }
        Ok((name, found.clone()))
    }

    /// "does not exist", with the name that was meant.
    pub(super) fn no_table(&self, name: &TableName) -> Error {
        let known = self.catalog.relations.keys().filter(|known| known.schema == name.schema);
        let near = nearest(name.name.as_str(), known.map(|known| known.name.as_str()));
        let error = Error::usage(format!("table `{name}` does not exist"));
        match near {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("check the name, and that earlier migrations have been expanded"),
        }
    }

    /// A column that the operation needs.
    pub fn column<'t>(&self, table_name: &TableName, table: &'t Table, column: &Name) -> Result<&'t Column> {
        table.column(column).ok_or_else(|| {
            if self.renames_to(table_name, column) {
                let error = Error::refused(format!("column `{}` has this name only after contract", column.as_str()));
                let hint = "put what the file does to it in a migration of its own, after this one; a change of its type may stay";
                return self.blame(error.hint(hint), column.span);
            }
            let error = Error::usage(format!("table `{table_name}` has no column `{}`", column.as_str()));
            let near = nearest(column.as_str(), table.columns.iter().map(|column| column.name.as_str()));
            let error = match near {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => {
                    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
                    error.hint(format!("its columns are {}", names.join(", ")))
                }
            };
            self.blame(error, column.span)
        })
    }

    /// Refuses a new column whose name is taken.
    pub fn free_column(&self, table_name: &TableName, table: &Table, column: &Name) -> Result<()> {
        if table.column(column).is_none() {
            return Ok(());
        }
        let error = Error::usage(format!("table `{table_name}` already has a column `{}`", column.as_str()));
        Err(self.blame(error, column.span))
    }

    /// The type of a column that is to be added.
    ///
    /// # Errors
    /// Exit 23 for a domain with constraints: the table would be written again under ACCESS EXCLUSIVE, whatever the
    /// column's default.
    pub fn column_type(&self, written: &TypeText) -> Result<TypeInfo> {
        let info = self.type_info(written)?;
        if !info.constrained {
            return Ok(info);
        }
        Err(self.blame(Self::constrained_domain(&written.value), written.span))
    }

    /// A column of this type can't be added without a rewrite.
    pub(super) fn constrained_domain(type_: &str) -> Error {
        Error::refused(format!(
            "`{type_}` is a domain with constraints: adding a column of it rewrites the whole table under ACCESS EXCLUSIVE"
        ))
        .hint("give the column the type below the domain, and add the domain's constraints to the table as CHECK")
    }

    /// Refuses a column that the new release leaves out of its INSERTs, and whose domain refuses NULL.
    pub(super) fn can_be_left_out(&self, table: &TableName, column: &Column, span: Span) -> Result<()> {
        if !column.type_info.refuses_null || column.default.is_some() {
            return Ok(());
        }
        let message = format!(
            "column `{}` of `{table}` is of domain `{}`, which refuses NULL: the new release's INSERTs, which don't name it, would fail",
            column.name.as_str(),
            column.type_
        );
        let hint = "give the column a default; or, in an earlier migration, let the domain take NULL and refuse it in the table";
        Err(self.blame(Error::refused(message).hint(hint), span))
    }

    /// Whether a default may give another value at every evaluation: then `ADD COLUMN` with it would rewrite the table.
    pub fn is_volatile(&self, default: &str) -> bool {
        functions_called(default).iter().any(|function| self.catalog.is_volatile(function))
    }

    /// The type that a text means.
    pub fn type_info(&self, written: &TypeText) -> Result<TypeInfo> {
        let found = self.catalog.types.get(&written.value).cloned();
        found.or_else(|| self.new_type(&written.value)).ok_or_else(|| {
            let near = nearest(&written.value.to_lowercase(), COMMON_TYPES.iter().copied());
            let error = Error::usage(format!("type `{}` does not exist", written.value));
            self.blame(
                near.map_or(error.clone(), |near| error.hint(format!("did you mean `{near}`?"))),
                written.span,
            )
        })
    }
}

const COMMON_TYPES: &[&str] = &[
    "bigint",
    "boolean",
    "bytea",
    "char",
    "date",
    "double precision",
    "inet",
    "integer",
    "interval",
    "json",
    "jsonb",
    "numeric",
    "real",
    "smallint",
    "text",
    "time",
    "timestamp",
    "timestamptz",
    "uuid",
    "varchar",
];
