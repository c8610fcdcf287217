//! What undo builds before it takes contract back, while the application goes on: indexes, and the proof of NOT NULL. Each
//! speaks of columns by the names that contract leaves them.

use crate::catalog::{Catalog, Evidence, Index};
use crate::ident::{Ident, TableName};
use crate::migration::definition::{index_tail, rename_column};
use crate::migration::mentions;
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Step, Violations, Work};

/// One of them.
pub(super) enum Prepared {
    /// An index under a name of its own.
    Index(Rebuilt),
    /// A check that a column is NOT NULL, so that the flag needs no scan.
    NotNull { table: TableName, column: Ident, check: Ident },
}

/// An index that is rebuilt.
pub(super) struct Rebuilt {
    pub table: TableName,
    pub name: TableName,
    pub unique: bool,
    /// What follows the table's name.
    pub tail: String,
    /// Columns behind its own columns; none for an expression.
    pub parts: Vec<Option<Ident>>,
    pub keys: usize,
}

impl Rebuilt {
    /// For an index as it is.
    pub fn of(table: &TableName, index: &Index) -> Self {
        Self {
            table: table.clone(),
            name: TableName::new(table.schema.clone(), index.name.prefixed("_midflight_undo_")),
            unique: index.unique,
            tail: index_tail(&index.definition).to_owned(),
            parts: index.parts.clone(),
            keys: index.keys,
        }
    }

    fn step(&self) -> Step {
        let (unique, name, table) = (if self.unique { "UNIQUE " } else { "" }, &self.name, &self.table);
        Step::alone(
            format!("rebuild index {name}"),
            table,
            format!("CREATE {unique}INDEX CONCURRENTLY {} ON {table} {}", name.name, self.tail),
            vec![format!("DROP INDEX CONCURRENTLY IF EXISTS {name}")],
            Work::IndexBuild,
            Evidence::IndexValid(name.clone()),
        )
    }

    /// Rows that it would refuse, where columns alone say so.
    fn violations(&self, draft: &Draft<'_>) -> Option<Violations> {
        let columns: Vec<&Ident> =
            self.parts.iter().take(self.keys).map(Option::as_ref).collect::<Option<_>>()?;
        if !self.unique || mentions(&self.tail, "WHERE") {
            return None;
        }
        let list = columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let given: Vec<String> = match mentions(&self.tail, "NULLS NOT DISTINCT") {
            true => vec!["true".to_owned()],
            false => columns.iter().map(|column| format!("({column}) IS NOT NULL")).collect(),
        };
        let (table, shown) = (&self.table, vec!["%s"; columns.len()].join(", "));
        Some(draft.violations(
            table,
            format!("`{list}` is to be unique again, and these values occur more than once"),
            format!(
                "SELECT pg_catalog.format('({shown}) %s times', {list}, pg_catalog.count(*)) FROM {table} WHERE {} GROUP BY {list} \
                 HAVING pg_catalog.count(*) > 1 LIMIT 20",
                given.join(" AND ")
            ),
        ))
    }
}

impl Prepared {
    pub fn table(&self) -> &TableName {
        match self {
            Self::Index(index) => &index.table,
            Self::NotNull { table, .. } => table,
        }
    }

    /// Follows a rename of contract.
    pub fn rename(&mut self, of: &TableName, from: &Ident, to: &Ident) {
        if self.table() != of {
            return;
        }
        match self {
            Self::Index(index) => {
                index.tail = rename_column(&index.tail, from, to);
                index
                    .parts
                    .iter_mut()
                    .flatten()
                    .filter(|part| *part == from)
                    .for_each(|part| *part = to.clone());
            }
            Self::NotNull { column, .. } if column == from => *column = to.clone(),
            Self::NotNull { .. } => {}
        }
    }

    /// The steps that build it.
    pub fn steps(&self) -> Vec<Step> {
        match self {
            Self::Index(index) => vec![index.step()],
            Self::NotNull { table, column, check } => {
                let add = format!(
                    "ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID"
                );
                let drop = format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {check}");
                let summary = format!("{table}.{column} takes no NULL any more");
                vec![
                    Step::catalog_only(summary, table, LockMode::AccessExclusive, vec![add], vec![drop]),
                    validate(table, check),
                ]
            }
        }
    }

    /// Rows that stand in its way.
    pub fn violations(&self, draft: &Draft<'_>, catalog: &Catalog) -> Option<Violations> {
        match self {
            Self::Index(index) => index.violations(draft),
            Self::NotNull { table, column, .. } => {
                let key = catalog.tables.get(table).map(Draft::row_name)?;
                Some(draft.violations(
                    table,
                    format!("`{column}` is to be NOT NULL again, and these rows have no value"),
                    format!("SELECT {key} FROM {table} WHERE {column} IS NULL LIMIT 20"),
                ))
            }
        }
    }
}

/// Validates a constraint while reads and writes go on.
pub(super) fn validate(table: &TableName, constraint: &Ident) -> Step {
    let sql = vec![format!("ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}")];
    let summary = format!("validate {constraint} on {table}");
    Step {
        work: Work::Scan,
        ..Step::catalog_only(summary, table, LockMode::ShareUpdateExclusive, sql, Vec::new())
    }
}
