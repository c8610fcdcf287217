//! What a draft knows by name: tables, columns and types, with errors that blame the file and hint at the right word.

use super::ops::comparable;
use super::planner::Draft;
use crate::catalog::{Column, Index, RelationKind, Table, TypeInfo};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::operation::{Expr, Name, Operation, TableRef, TypeText};
use crate::migration::source::{Located, Span};
use crate::pg::naming::is_system_column;
use crate::text::nearest;

impl Draft<'_> {
    /// Whether the migration is SQL, as opposed to YAML: the same thing has other names there.
    pub fn is_sql(&self) -> bool {
        self.migration.is_sql()
    }

    /// The full name of a table as the file writes it.
    pub fn resolve(&self, table: &TableRef) -> TableName {
        self.now.resolve(table)
    }

    /// PostgreSQL adds a column to a typed table, or renames one, only through its type.
    pub(super) fn refuse_typed(&self, name: &TableName, table: &Table) -> Result<()> {
        if !table.is_typed {
            return Ok(());
        }
        let error =
            Error::refused(format!("`{name}` is a typed table: it gets its columns from its type alone"));
        let hint = "change the type instead, by SQL of your own: that locks its tables, and may rewrite them";
        Err(self.blame(error.hint(hint), self.span))
    }

    /// Whether this migration creates the table: then nobody uses it yet, and plain statements do.
    pub fn is_new(&self, table: &TableName) -> bool {
        self.now.tables.get(table).is_some_and(|table| table.oid == 0)
    }

    /// Whether there is a relation of that name at this place of the file.
    pub fn exists(&self, name: &TableName) -> bool {
        self.now.relations.contains_key(name)
    }

    /// An index of a table.
    pub fn index<'t>(&self, table: &'t Table, index: &Ident) -> Option<&'t Index> {
        table.indexes.iter().find(|known| known.name == *index)
    }

    /// The server's major version.
    pub fn server_major(&self) -> u32 {
        self.first.server_major
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

    /// What refers to a table whose key gets another type can't be made before contract, unless both types can be compared.
    ///
    /// # Errors
    /// Exit 23.
    pub(super) fn refuse_retyped_key(&self, parent: &TableName, span: Span) -> Result<()> {
        let (Some(first), Some(now)) = (self.first.tables.get(parent), self.now.tables.get(parent)) else {
            return Ok(());
        };
        let other = |column: &&Column| {
            let after = now.column(&column.name).map(|after| &after.type_info);
            self.is_retyped(parent, &column.name)
                && after.is_some_and(|after| !comparable(&column.type_info, after))
        };
        let Some(column) = first.columns.iter().find(other) else { return Ok(()) };
        let error = Error::refused(format!(
            "`{parent}.{}` has its old type until contract, and this refers to `{parent}`",
            column.name.as_str()
        ));
        let hint = "put it in a migration that is expanded once this one is contracted";
        Err(self.blame(error.hint(hint), span))
    }

    /// What kind of relation has a name, if any.
    pub fn relation_kind(&self, name: &TableName) -> Option<RelationKind> {
        self.now.relations.get(name).copied()
    }

    /// Whether the file changes a column's type, or gives it another value in place of NULL.
    pub fn changes_type(&self, table: &TableName, column: &Ident) -> bool {
        let changed = |operation: &Operation| match operation {
            Operation::ChangeType(op) => self.resolve(&op.table) == *table && op.column.value == *column,
            Operation::SetNotNull(op) => {
                op.up.is_some() && self.resolve(&op.table) == *table && op.column.value == *column
            }
            _ => false,
        };
        self.typed.contains(&(table.clone(), column.clone())) || self.later.iter().any(changed)
    }

    /// Whether the type changes only further down in the file.
    pub(super) fn type_is_still_old(&self, table: &TableName, column: &Ident) -> bool {
        !self.typed.contains(&(table.clone(), column.clone()))
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
        self.now.constraint_indexes.get(index)
    }

    /// A table whose rows the operation gives new values: an ordinary one, or a partitioned one all of whose rows the role
    /// can write where they are.
    pub fn table_of_rows(&self, table: &Located<TableRef>) -> Result<(TableName, Table)> {
        let (name, found) = self.table_or_partitioned(table)?;
        if found.is_partition {
            let error = Error::refused(format!("`{name}` is a partition; change its parent"));
            return Err(self.blame(error, table.span));
        }
        for (partition, below) in self.now.below(&found) {
            let problem = if below.kind == RelationKind::ForeignTable {
                "is on another server, where midflight can't keep two sides of a row in step"
            } else if !below.owned {
                "is not owned by the connected role"
            } else {
                continue;
            };
            let error = Error::refused(format!("partition `{partition}` of `{name}` {problem}"));
            let hint = if below.owned {
                "detach it in an earlier migration, and attach it again with the columns of the end"
            } else {
                "give it the owner of the table: `ALTER TABLE … OWNER TO …`"
            };
            return Err(self.blame(error.hint(hint), table.span));
        }
        Ok((name, found))
    }

    /// A column of such a table that gets other values, or another name.
    ///
    /// # Errors
    /// Exit 23 for one by which rows are spread over partitions: a row with another value belongs in another partition.
    pub fn changed_column<'t>(
        &self,
        table_name: &TableName,
        table: &'t Table,
        column: &Name,
    ) -> Result<&'t Column> {
        let found = self.column(table_name, table, column)?;
        self.not_inherited(table_name, found, column)?;
        let key = table.partitioning.as_ref().map(|partitioning| &partitioning.key[..]).unwrap_or_default();
        if !key.contains(&found.name) {
            return Ok(found);
        }
        let message = format!("column `{}` is in the partition key of `{table_name}`", found.name.as_str());
        let hint = "no statement takes it out: make a table that is partitioned by the new column, and move the rows";
        Err(self.blame(Error::refused(message).hint(hint), column.span))
    }

    /// PostgreSQL changes and drops a column only in the table that it comes from.
    pub fn not_inherited(&self, table: &TableName, found: &Column, written: &Name) -> Result<()> {
        if !found.inherited {
            return Ok(());
        }
        let message = format!("`{table}` inherits column `{}` from another table", found.name.as_str());
        let hint = "PostgreSQL changes it where it comes from, and in all that inherit it at once";
        Err(self.blame(Error::refused(message).hint(hint), written.span))
    }

    /// A table that goes as a whole: a partition as well.
    pub fn table_that_goes(&self, table: &Located<TableRef>) -> Result<(TableName, Table)> {
        let name = self.resolve(table);
        match self.now.tables.get(&name) {
            Some(found) if found.is_partition && found.owned && found.kind == RelationKind::Table => {
                Ok((name, found.clone()))
            }
            _ => self.table_or_partitioned(table),
        }
    }

    /// A table that the operation needs, and may change: an ordinary one that the role owns.
    pub fn table(&self, table: &Located<TableRef>) -> Result<(TableName, Table)> {
        let (name, found) = self.table_or_partitioned(table)?;
        if found.partitioning.is_none() {
            return Ok((name, found));
        }
        let error = Error::refused(format!(
            "`{name}` is partitioned, and midflight can't make this change online there"
        ))
        .hint(
            "its columns can be changed, and so can their defaults, NOT NULL, checks, comments and indexes",
        );
        Err(self.blame(error, table.span))
    }

    /// The same, or a partitioned one: for changes of the catalog, which PostgreSQL passes on to every partition.
    pub fn table_or_partitioned(&self, table: &Located<TableRef>) -> Result<(TableName, Table)> {
        self.table_that(table, |_| false)
    }

    /// The same, or a materialized view: it can have indexes as well.
    pub fn indexable(&self, table: &Located<TableRef>) -> Result<(TableName, Table)> {
        self.table_that(table, |kind| kind == RelationKind::MaterializedView)
    }

    fn table_that(
        &self,
        table: &Located<TableRef>,
        accepted: impl Fn(RelationKind) -> bool,
    ) -> Result<(TableName, Table)> {
        let name = self.resolve(table);
        let found = self.now.tables.get(&name).ok_or_else(|| self.blame(self.no_table(&name), table.span))?;
        let problem = match found.kind {
            kind if accepted(kind) => None,
            RelationKind::Table if found.has_children => Some(
                "inherited by other tables, whose rows fire none of its triggers: midflight can't keep them in step",
            ),
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
            let error = if found.has_children && found.kind == RelationKind::Table {
                error.hint(
                    "a partitioned table can be changed; or write the statements yourself, with `-- midflight: phase`",
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
        let known = self.now.relations.keys().filter(|known| known.schema == name.schema);
        let near = nearest(name.name.as_str(), known.map(|known| known.name.as_str()));
        let error = Error::usage(format!("table `{name}` does not exist"));
        match near {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("check the name, and that earlier migrations have been expanded"),
        }
    }

    /// Refuses a column that the file adds where its values have to be converted: they are not there yet.
    pub fn there_before(&self, table: &TableName, column: &Name) -> Result<()> {
        if !self.adds_column(table, column) {
            return Ok(());
        }
        let error = Error::refused(format!(
            "column `{}` of `{table}` is added by this file and changed again",
            column.as_str()
        ))
        .hint("write its last name, type and value where it is added");
        Err(self.blame(error, column.span))
    }

    /// A column that the operation needs.
    pub fn column<'t>(&self, table_name: &TableName, table: &'t Table, column: &Name) -> Result<&'t Column> {
        table.column(column).ok_or_else(|| {
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
        if is_system_column(column.as_str()) {
            let message = format!("`{}` is the name of a system column of every table", column.as_str());
            let error = Error::usage(message).hint("PostgreSQL refuses it: choose another name");
            return Err(self.blame(error, column.span));
        }
        if table.column(column).is_none() {
            return Ok(());
        }
        let error = Error::usage(format!("table `{table_name}` already has a column `{}`", column.as_str()));
        Err(self.blame(error, column.span))
    }

    /// The type of a column that is to be added.
    ///
    /// # Errors
    /// Exit 23 for a domain with constraints: the table would be rewritten under ACCESS EXCLUSIVE, whatever the
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
    pub fn is_volatile(&self, default: &Expr) -> bool {
        default.calls().iter().any(|function| self.now.is_volatile(function))
    }

    /// The type that a text means, if there is one, or will be.
    pub fn known_type(&self, written: &str) -> Option<TypeInfo> {
        self.now.types.get(written).cloned().or_else(|| self.new_type(written))
    }

    /// The type that a text means.
    pub fn type_info(&self, written: &TypeText) -> Result<TypeInfo> {
        self.known_type(&written.value).ok_or_else(|| {
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
