//! Columns under the names that they have before the file. A rename is the last thing that happens to a column, whatever
//! else the file does to it under its new name.

use super::File;
use super::refer::Renaming;
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::names;
use crate::migration::operation::{Operation, RenameColumn, Step};
use crate::migration::source::Span;

/// What the file calls a column at the moment, and what it was called first.
struct Called {
    table: TableName,
    now: Ident,
    first: Ident,
    /// The rename that gave it the name, unless the file makes the column itself.
    renamed_by: Option<Step>,
}

/// Renames of columns at the end, and everything else under the first names. A column that the file adds has its last name from
/// the beginning.
pub(super) fn by_first_name(file: &File<'_>, steps: &[Step]) -> Result<Vec<Step>> {
    let new_tables = file.new_tables(steps);
    let mut work = Columns {
        file,
        called: Vec::new(),
        added: Vec::new(),
        gone: Vec::new(),
        steps: Vec::new(),
        rows: Vec::new(),
    };
    for step in steps {
        work.take(step, &new_tables)?;
    }
    Ok(work.finish())
}

struct Columns<'c, 'f> {
    file: &'c File<'f>,
    called: Vec<Called>,
    /// Columns that the file adds.
    added: Vec<(TableName, Ident)>,
    /// Names that columns of before the file have given up, until contract in fact.
    gone: Vec<(TableName, Ident)>,
    steps: Vec<Step>,
    /// Changes of rows that know a column by a later name, and those below them.
    rows: Vec<Step>,
}

impl Columns<'_, '_> {
    fn take(&mut self, step: &Step, new_tables: &[TableName]) -> Result<()> {
        if self.follows_renames(step) {
            self.rows.push(step.clone());
            return Ok(());
        }
        if let Some((table, name)) = self.gone.iter().find(|(table, name)| self.speaks_of(step, table, name))
        {
            if matches!(&step.operation, Operation::DropColumn(op) if op.if_exists) {
                return Ok(());
            }
            let message = format!(
                "table `{table}` has no column `{}`: this file renames or drops it above",
                name.as_str()
            );
            let span = step.operation.column_needed().map_or(step.span, |name| name.span);
            return Err(Error::usage(message)
                .hint("write its name as the statements above leave it")
                .at(&self.file.migration.source, span));
        }
        let mut step = step.clone();
        let active: Vec<Renaming> = self.called.iter().map(Called::back).collect();
        at_once(&active, &mut step.operation, self.file);
        match &step.operation {
            Operation::RenameColumn(op) if !new_tables.contains(&self.file.resolve(&op.table)) => {
                let (table, first, to) =
                    (self.file.resolve(&op.table), op.column.value.clone(), op.to.value.clone());
                if !self.knows(&table, &first) {
                    self.steps.push(step); // the planner says that there is no such column
                    return Ok(());
                }
                self.refuse_used_name(&table, &to, op.to.span)?;
                self.called.retain(|known| known.table != table || known.first != first);
                let added = self.added.contains(&(table.clone(), first.clone()));
                if !added {
                    self.gone.push((table.clone(), first.clone()));
                }
                let renamed_by = (!added).then_some(step);
                self.called.push(Called { table, now: to, first, renamed_by });
                return Ok(());
            }
            Operation::AddColumn(op) => {
                let (table, name) = (self.file.resolve(&op.table), op.column.name.value.clone());
                self.refuse_used_name(&table, &name, op.column.name.span)?;
                self.added.push((table, name));
            }
            Operation::TransformColumns(op) => {
                let table = self.file.resolve(&op.table);
                self.gone.extend(op.from.iter().map(|name| (table.clone(), name.value.clone())));
                self.added.extend(op.to.iter().map(|column| (table.clone(), column.name.value.clone())));
            }
            Operation::DropColumn(op) => {
                let (table, name) = (self.file.resolve(&op.table), op.column.value.clone());
                // A column that goes needs no other name before.
                self.called.retain(|known| known.table != table || known.first != name);
                if !self.added.contains(&(table.clone(), name.clone())) {
                    self.gone.push((table, name));
                }
            }
            _ => {}
        }
        self.steps.push(step);
        Ok(())
    }

    /// Whether a statement changes rows by names that its columns get in this file.
    fn follows_renames(&self, step: &Step) -> bool {
        let Operation::Unplaced(op) = &step.operation else { return false };
        if op.statement.row_tables().is_empty() {
            return false;
        }
        let found = names(&op.sql);
        let renamed = |known: &Called| {
            known.renamed_by.is_some() && found.contains(&known.table.name) && found.contains(&known.now)
        };
        !self.rows.is_empty() || self.called.iter().any(renamed)
    }

    /// Whether an operation names a column by a name that it has no more.
    fn speaks_of(&self, step: &Step, table: &TableName, name: &Ident) -> bool {
        let mut other = step.operation.clone();
        let renaming = Renaming { table: table.clone(), from: name.clone(), to: Ident::new("\u{1}") };
        renaming.apply(&mut other, |table| self.file.resolve(table));
        let adds = matches!(&step.operation, Operation::AddColumn(op) if op.column.name.value == *name);
        let renames_to = matches!(&step.operation, Operation::RenameColumn(op) if op.column.value != *name);
        !adds && !renames_to && other != step.operation
    }

    fn knows(&self, table: &TableName, column: &Ident) -> bool {
        self.added.contains(&(table.clone(), column.clone()))
            || self.file.catalog.tables.get(table).is_some_and(|known| known.column(column).is_some())
    }

    /// Both releases would mean another column by the name.
    fn refuse_used_name(&self, table: &TableName, name: &Ident, span: Span) -> Result<()> {
        if !self.gone.contains(&(table.clone(), name.clone())) {
            return Ok(());
        }
        let error = Error::refused(format!(
            "column name `{}` of `{table}` is given up and taken again in one file: until contract both releases would mean \
             different columns by it",
            name.as_str()
        ));
        let hint = "give the new column a name of its own; or put this statement in a migration that is expanded after \
                    this one is contracted";
        Err(error.hint(hint).at(&self.file.migration.source, span))
    }

    fn finish(mut self) -> Vec<Step> {
        for known in &self.called {
            match &known.renamed_by {
                Some(step) => {
                    let Operation::RenameColumn(op) = &step.operation else { continue };
                    let rename = RenameColumn { to: op.to.clone(), ..op.clone() };
                    self.steps.push(Step { operation: Operation::RenameColumn(rename), ..step.clone() });
                }
                None => {
                    let renaming = Renaming {
                        table: known.table.clone(),
                        from: known.first.clone(),
                        to: known.now.clone(),
                    };
                    let steps = self.steps.iter_mut();
                    steps.for_each(|step| {
                        renaming.apply(&mut step.operation, |table| self.file.resolve(table));
                    });
                }
            }
        }
        self.steps.append(&mut self.rows);
        self.steps
    }
}

impl Called {
    fn back(&self) -> Renaming {
        Renaming { table: self.table.clone(), from: self.now.clone(), to: self.first.clone() }
    }
}

/// All renamings at the same moment: of `a` to `b` and `b` to `a` neither may see what the other has done.
fn at_once(renamings: &[Renaming], operation: &mut Operation, file: &File<'_>) {
    let between = |at: usize| Ident::new(format!("\u{1}{at}"));
    for (at, renaming) in renamings.iter().enumerate() {
        Renaming { to: between(at), ..renaming.clone() }.apply(operation, |table| file.resolve(table));
    }
    for (at, renaming) in renamings.iter().enumerate() {
        Renaming { from: between(at), ..renaming.clone() }.apply(operation, |table| file.resolve(table));
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::{Catalog, Column, Table};
    use crate::ident::{Ident, TableName};
    use crate::migration::parse;
    use crate::migration::source::Source;

    fn net(sql: &str) -> Result<Vec<String>, String> {
        let mut catalog = Catalog { schema: "public".into(), ..Catalog::default() };
        let columns = ["a", "b", "id"].map(|name| Column { name: name.into(), ..Column::default() });
        let table = Table { columns: columns.to_vec(), ..Table::default() };
        catalog.tables.insert(TableName::new("public", "t"), table);
        let migration = parse(Source::new("m.sql", sql.to_owned())).unwrap();
        let steps = super::super::net(&migration, &catalog).map_err(|error| error.message)?;
        let sql = |step: &crate::migration::operation::Step| {
            crate::migration::direct::statements(&step.operation, &Ident::new("public")).join("; ")
        };
        Ok(steps.steps.iter().map(|step| sql(step).replace("ALTER TABLE public.t ", "")).collect())
    }

    #[test]
    fn renames_come_last() {
        for (sql, wanted) in [
            (
                "ALTER TABLE t RENAME a TO c; CREATE INDEX i ON t (c, lower(c)); ALTER TABLE t ADD CHECK (c > t.b)",
                vec![
                    "CREATE INDEX i ON public.t (a, lower(a))",
                    "ADD CHECK (a > t.b)",
                    "RENAME COLUMN a TO c",
                ],
            ),
            (
                "ALTER TABLE t RENAME a TO \"C\"; ALTER TABLE t ALTER \"C\" SET NOT NULL; ALTER TABLE t RENAME \"C\" TO d",
                vec!["ALTER COLUMN a SET NOT NULL", "RENAME COLUMN a TO d"],
            ),
            (
                "ALTER TABLE t ADD c int; CREATE INDEX i ON t (c); ALTER TABLE t RENAME c TO d; ALTER TABLE t ALTER d SET DEFAULT 1",
                vec!["ADD COLUMN d int", "CREATE INDEX i ON public.t (d)", "ALTER COLUMN d SET DEFAULT 1"],
            ),
            ("ALTER TABLE t RENAME a TO c; ALTER TABLE t DROP c", vec!["DROP COLUMN a"]),
        ] {
            assert_eq!(net(sql).unwrap(), wanted, "{sql}");
        }
    }

    #[test]
    fn one_name_has_one_meaning() {
        for sql in [
            "ALTER TABLE t DROP a; ALTER TABLE t ADD a text",
            "ALTER TABLE t RENAME a TO c; ALTER TABLE t ADD a text",
            "ALTER TABLE t RENAME a TO x; ALTER TABLE t RENAME b TO a; ALTER TABLE t RENAME x TO b",
        ] {
            assert!(net(sql).unwrap_err().contains("given up and taken again"), "{sql}");
        }
    }
}
