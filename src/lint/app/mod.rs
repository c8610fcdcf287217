//! An application's SQL, held against version schemas and against what the migrations change.

mod literals;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::ident::Ident;
use crate::migration::operation::Operation;
use crate::migration::source::{Position, Source};
use crate::migration::{AppDoes, AppUse, Migration, application};
pub use literals::is_program;

/// A statement that breaks, or may.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AppFinding {
    /// What was found: `copy`, `positional-insert`…
    pub rule: &'static str,
    /// The file.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What happens.
    pub message: String,
    /// What to write.
    pub help: String,
}

/// What the application meets.
pub struct Meets {
    /// It reads and writes through views.
    pub views: bool,
    /// `MERGE` works through a view from 17 on.
    pub server_major: u32,
    /// Columns and tables that migrations take away, with the file and what there is instead.
    gone: BTreeMap<Ident, Gone>,
    /// Tables that any of the migrations changes.
    changed: Vec<Ident>,
}

struct Gone {
    migration: String,
    table: Ident,
    instead: Option<Ident>,
}

impl Meets {
    /// Reads off the migrations what they take away.
    pub fn new(migrations: &[Migration], views: bool, server_major: u32) -> Self {
        let mut meets = Self { views, server_major, gone: BTreeMap::new(), changed: Vec::new() };
        for migration in migrations {
            for step in &migration.steps {
                meets.take(&migration.id, &step.operation);
            }
        }
        meets
    }

    fn take(&mut self, migration: &str, operation: &Operation) {
        let mut goes = |name: &Ident, table: &Ident, instead: Option<&Ident>| {
            let gone =
                Gone { migration: migration.to_owned(), table: table.clone(), instead: instead.cloned() };
            self.gone.insert(name.clone(), gone);
        };
        match operation {
            Operation::DropColumn(op) => goes(&op.column, &op.table.name, None),
            Operation::RenameColumn(op) => goes(&op.column, &op.table.name, Some(&op.to)),
            Operation::DropTable(op) => goes(&op.table.name, &op.table.name, None),
            Operation::RenameTable(op) => goes(&op.table.name, &op.table.name, Some(&op.to)),
            Operation::TransformColumns(op) => {
                let stays = |name: &Ident| op.to.iter().any(|column| column.name.value == *name);
                for name in op.from.iter().filter(|name| !stays(name)) {
                    goes(name, &op.table.name, op.to.first().map(|column| &column.name.value));
                }
            }
            // What comes back is there.
            Operation::AddColumn(op) => drop(self.gone.remove(&op.column.name.value)),
            Operation::CreateTable(op) => drop(self.gone.remove(&op.table.name)),
            _ => {}
        }
        self.changed.extend(operation.tables().into_iter().map(|table| table.name.clone()));
    }
}

/// What breaks in a file: SQL, or a program with SQL in its string literals.
pub fn look(source: &Source, meets: &Meets) -> Vec<AppFinding> {
    let path = source.path.as_str();
    let texts = match is_program(path) {
        true => literals::statements(path, &source.text),
        false => vec![(0, source.text.clone())],
    };
    let mut found = Vec::new();
    for (start, text) in texts {
        let uses = application(&text);
        for one in &uses {
            if let Some((rule, message, help)) = judge(one, &uses, meets) {
                let Position { line, column } = source.position(start + one.span.start);
                found.push(AppFinding { rule, path: path.to_owned(), line, column, message, help });
            }
        }
    }
    found.dedup_by(|one, other| one.message == other.message && one.line == other.line);
    found
}

fn judge(one: &AppUse, all: &[AppUse], meets: &Meets) -> Option<(&'static str, String, String)> {
    let table = one.table.as_ref().map_or("the table".to_owned(), ToString::to_string);
    let told = |rule: &'static str, message: String, help: String| Some((rule, message, help));
    let names = |name: &Ident| all.iter().any(|other| other.what == AppDoes::Names(name.clone()));
    match &one.what {
        AppDoes::Copy if meets.views => told(
            "copy",
            format!("COPY does not work through a view (SQLSTATE 42809): {table}"),
            "name the table with its schema and columns, or `COPY (SELECT …) TO`; for rows from the client INSERT works".to_owned(),
        ),
        AppDoes::Truncate if meets.views => told(
            "truncate",
            format!("TRUNCATE does not work on a view (SQLSTATE 42809): {table}"),
            "name the table with its schema".to_owned(),
        ),
        AppDoes::Merge if meets.views && meets.server_major < 17 => told(
            "merge",
            format!("MERGE does not work through a view before PostgreSQL 17 (SQLSTATE 42809): {table}"),
            "`INSERT … ON CONFLICT`, or name the table with its schema".to_owned(),
        ),
        AppDoes::OnConstraint(name) if meets.views => told(
            "on-constraint",
            format!("a view has no constraint {name} (SQLSTATE 42704)"),
            "`ON CONFLICT (columns)`".to_owned(),
        ),
        AppDoes::SystemColumn(name) if meets.views => told(
            "system-column",
            format!("a view has no column {name} (SQLSTATE 42703)"),
            "name the table with its schema; for optimistic locks take a column of your own".to_owned(),
        ),
        AppDoes::Sample if meets.views => told(
            "tablesample",
            "TABLESAMPLE does not work on a view (SQLSTATE 42809)".to_owned(),
            "name the table with its schema".to_owned(),
        ),
        AppDoes::GroupByOne if meets.views => told(
            "group-by-key",
            "where this is the table's key: a view has none, and the other columns have to be grouped by as well (SQLSTATE 42803)"
                .to_owned(),
            "`GROUP BY` every column of the list that is in no aggregate".to_owned(),
        ),
        AppDoes::Positional if !meets.views && one.table.as_ref().is_none_or(|table| meets.changed.contains(table)) => told(
            "positional-insert",
            format!("an INSERT without columns fails, or writes to other columns, once a migration changes those of {table}"),
            "name the columns; or `version_schemas: true`".to_owned(),
        ),
        AppDoes::Star if !meets.views && meets.changed.iter().any(names) => told(
            "prepared-star",
            "prepared, this fails once a migration changes the columns (`cached plan must not change result type`, SQLSTATE 0A000)"
                .to_owned(),
            "name the columns; or `version_schemas: true`".to_owned(),
        ),
        AppDoes::Names(name) => {
            let gone = meets.gone.get(name)?;
            // Only beside its table.
            if !names(&gone.table) {
                return None;
            }
            let Gone { migration, table, instead } = gone;
            let help = match instead {
                Some(instead) => format!("the release that knows `{migration}` writes {instead}"),
                None => format!("the release that knows `{migration}` must not name it"),
            };
            told("gone", format!("`{migration}` takes {name} of {table} away"), help)
        }
        AppDoes::Copy
        | AppDoes::Truncate
        | AppDoes::Merge
        | AppDoes::OnConstraint(_)
        | AppDoes::SystemColumn(_)
        | AppDoes::Sample
        | AppDoes::GroupByOne
        | AppDoes::Positional
        | AppDoes::Star => None,
    }
}
