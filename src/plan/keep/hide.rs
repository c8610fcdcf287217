//! Reads contract, and finds for each statement what hides and what takes back.

use super::Keep;
use super::prepare::Prepared;
use crate::catalog::{self, Catalog, ConstraintKind};
use crate::ident::{Ident, TableName, literal, short_hash};
use crate::migration::operation::Operation;
use crate::migration::{definition::rename_column, mentions};
use crate::plan::planner::Draft;
use crate::plan::self_check::operations;
use crate::plan::{LockMode, Mode, Plan, Step, TableLock};

/// A column of the application that is hidden.
pub(super) struct HiddenColumn {
    pub table: TableName,
    /// Its name before.
    pub was: Ident,
    pub name: Ident,
    /// Whether it may not be NULL before contract.
    pub not_null: bool,
}

/// What takes a statement back.
pub(super) enum Back {
    Sql(String),
    /// The columns of a rebuilt index get the names that they had: which index was prepared, and where it is.
    PartsOf {
        prepared: usize,
        index: TableName,
        parts: Vec<Option<Ident>>,
    },
}

/// Contract, read so far.
pub(super) struct Hide<'d, 'c> {
    pub draft: &'d Draft<'c>,
    /// The catalog as the statements so far leave it.
    pub catalog: Catalog,
    pub restores: &'d [(TableName, Vec<String>)],
    /// The statements of the step that is being read.
    pub sql: Vec<String>,
    /// What takes them back, in the order of the statements: undo begins with the last.
    pub back: Vec<Vec<Back>>,
    /// What undo builds before it takes back.
    pub prepared: Vec<Prepared>,
    /// What undo reads again afterwards: constraints to validate.
    pub validated: Vec<(TableName, Ident)>,
    pub hidden: Vec<HiddenColumn>,
    /// Tables under their hidden names, with those that they had.
    pub tables: Vec<(TableName, TableName)>,
    /// Indexes under their hidden names.
    pub indexes: Vec<TableName>,
    /// Tables that contract renames.
    pub renamed: Vec<(TableName, TableName)>,
    pub contract: Vec<Step>,
    /// The locks of contract.
    pub locks: Vec<TableLock>,
    pub refused: Vec<String>,
    pub what: Vec<String>,
    /// Names that copies made by midflight have taken.
    taken: Vec<Ident>,
    /// What is run once more when everything has its old type.
    pub forget: Vec<String>,
}

impl<'d, 'c> Hide<'d, 'c> {
    pub fn new(draft: &'d Draft<'c>, plan: &Plan, restores: &'d [(TableName, Vec<String>)]) -> Self {
        let mut catalog = draft.first.clone();
        for sql in plan.expand.iter().chain(&plan.finish).flat_map(|step| &step.sql) {
            operations(sql).iter().for_each(|operation| catalog::apply(&mut catalog, operation));
        }
        Self {
            draft,
            catalog,
            restores,
            sql: Vec::new(),
            back: Vec::new(),
            prepared: Vec::new(),
            validated: Vec::new(),
            hidden: Vec::new(),
            tables: Vec::new(),
            indexes: Vec::new(),
            renamed: Vec::new(),
            contract: Vec::new(),
            locks: Vec::new(),
            refused: Vec::new(),
            what: Vec::new(),
            taken: Vec::new(),
            forget: Vec::new(),
        }
    }

    /// Reads a step of contract.
    pub fn step(&mut self, step: &Step) {
        self.sql = Vec::new();
        let mut hidden = step.clone();
        match &step.mode {
            Mode::Transaction => {
                for statement in &step.sql {
                    self.statement(statement);
                }
                hidden.sql = std::mem::take(&mut self.sql);
                for lock in &step.locks {
                    self.lock(&lock.table, lock.mode);
                }
            }
            Mode::Alone { .. } => {
                let [statement] = &step.sql[..] else { return self.refuse(&step.summary) };
                match operations(statement).into_iter().next() {
                    Some(Operation::DropIndex(op)) => {
                        let index = self.catalog.resolve(&op.index);
                        if let Some(plain) = self.drop_index(&index) {
                            hidden = plain;
                        }
                    }
                    _ => self.refuse(&step.summary),
                }
            }
            Mode::Batches(_) => self.refuse(&step.summary),
        }
        self.contract.push(hidden);
    }

    pub fn refuse(&mut self, what: &str) {
        self.refused.push(format!("nothing takes this back: {what}"));
    }

    pub fn lock(&mut self, table: &TableName, mode: LockMode) {
        match self.locks.iter_mut().find(|lock| lock.table == *table) {
            Some(lock) => lock.mode = lock.mode.max(mode),
            None => self.locks.push(TableLock { table: table.clone(), mode }),
        }
    }

    /// Tells the hidden things of this migration from those of others.
    pub fn hidden_name(&self, of: &TableName, name: &Ident) -> Ident {
        let hash = short_hash(&format!("{}\0{of}", self.draft.migration.id));
        name.prefixed(&format!("_midflight_kept_{hash}_"))
    }

    /// Adds a statement to contract, and what it does to the catalog.
    pub fn run(&mut self, sql: String) {
        for operation in operations(&sql) {
            if let Operation::RenameColumn(op) = &operation {
                let table = self.catalog.resolve(&op.table);
                self.prepared.iter_mut().for_each(|one| one.rename(&table, &op.column, &op.to));
            }
            catalog::apply(&mut self.catalog, &operation);
        }
        self.sql.push(sql);
    }

    fn statement(&mut self, statement: &str) {
        let read = operations(statement);
        let drops = |one: &Operation| matches!(one, Operation::DropColumn(_) | Operation::DropTable(_));
        if !read.is_empty() && read.iter().all(drops) {
            for operation in &read {
                match operation {
                    Operation::DropColumn(op) => {
                        let table = self.catalog.resolve(&op.table);
                        self.drop_column(&table, &op.column.value);
                    }
                    Operation::DropTable(op) => {
                        let table = self.catalog.resolve(&op.table);
                        self.drop_table(&table);
                    }
                    _ => {}
                }
            }
            return;
        }
        // What makes functions of the application forget the old types makes them forget the new ones.
        if mentions(statement, "ALTER FUNCTION") && mentions(statement, "COST") {
            self.forget.push(statement.to_owned());
            return self.run(statement.to_owned());
        }
        let mut back = Vec::new();
        let taken_back =
            !read.is_empty() && read.iter().all(|operation| self.take_back(operation, &mut back));
        if !taken_back {
            self.refuse(&statement.chars().take(120).collect::<String>());
        }
        self.back.push(back.into_iter().map(Back::Sql).collect());
        self.run(statement.to_owned());
    }

    /// What takes an operation back that removes no data; whether anything does.
    fn take_back(&mut self, operation: &Operation, back: &mut Vec<String>) -> bool {
        match operation {
            Operation::DropConstraint(op) => {
                let table = self.catalog.resolve(&op.table);
                let mut restore = Vec::new();
                let known = self.drop_constraint(&table, &op.name, &mut restore);
                self.back.push(restore);
                known
            }
            Operation::DropIndex(op) => {
                let index = self.catalog.resolve(&op.index);
                self.drop_index(&index).is_none()
            }
            Operation::RenameColumn(op) => {
                let table = self.catalog.resolve(&op.table);
                back.push(format!("ALTER TABLE {table} RENAME COLUMN {} TO {}", op.to, op.column));
                true
            }
            Operation::RenameTable(op) => {
                let from = self.catalog.resolve(&op.table);
                let to = TableName::new(from.schema.clone(), op.to.value.clone());
                back.push(format!("ALTER TABLE {to} RENAME TO {}", from.name));
                self.renamed.push((from, to));
                true
            }
            Operation::RenameIndex(op) => {
                let from = self.catalog.resolve(&op.index);
                let to = TableName::new(from.schema.clone(), op.to.value.clone());
                // A copy goes with what it is a copy for; rollback looks for it under its own name.
                if is_own(&from.name) {
                    self.taken.push(op.to.value.clone());
                    back.push(format!("DROP INDEX IF EXISTS {to}"));
                } else {
                    back.push(format!("ALTER INDEX {to} RENAME TO {}", from.name));
                }
                true
            }
            Operation::RenameConstraint(op) => {
                let table = self.catalog.resolve(&op.table);
                let known = self.catalog.tables.get(&table);
                let kind =
                    known.and_then(|known| known.constraints.iter().find(|one| one.name == op.name.value));
                if is_own(&op.name) && kind.is_none_or(|one| one.kind != ConstraintKind::NotNull) {
                    self.taken.push(op.to.value.clone());
                    back.push(format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {}", op.to));
                } else {
                    back.push(format!("ALTER TABLE {table} RENAME CONSTRAINT {} TO {}", op.to, op.name));
                }
                true
            }
            Operation::AddUnique(op) | Operation::AddPrimaryKey(op) => {
                let (Some(name), Some(_)) = (&op.name, &op.using_index) else { return false };
                let table = self.catalog.resolve(&op.table);
                self.taken.push(name.value.clone());
                back.push(format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}"));
                true
            }
            Operation::SetDefault(op) => self.default_back(&op.table.value, &op.column.value, back),
            Operation::DropDefault(op) => self.default_back(&op.table.value, &op.column.value, back),
            Operation::SetComment(op) => {
                let name = self.catalog.resolve(&op.table);
                let Some(table) = self.catalog.tables.get(&name) else { return false };
                let (object, before) = match &op.column {
                    Some(column) => match table.column(column) {
                        Some(known) => (format!("COLUMN {name}.{column}"), known.comment.as_deref()),
                        None => return false,
                    },
                    None => (format!("TABLE {name}"), table.comment.as_deref()),
                };
                back.push(format!(
                    "COMMENT ON {object} IS {}",
                    before.map_or_else(|| "NULL".to_owned(), literal)
                ));
                true
            }
            // That of a copy goes with it.
            Operation::CommentOn(op) => crate::migration::object(&op.object)
                .is_some_and(|object| self.taken.contains(&object.name.name)),
            Operation::AlterSequence(op) => {
                let sequence = self.catalog.resolve(&op.name);
                let owner = self.draft.first.tables.iter().find_map(|(name, table)| {
                    let owns = |column: &&catalog::Column| column.owned_sequence.as_ref() == Some(&sequence);
                    table.columns.iter().find(owns).map(|column| (name, &column.name))
                });
                match owner.filter(|_| mentions(&format!("ALTER {}", op.options.value), "ALTER OWNED BY")) {
                    Some((table, column)) => {
                        back.push(format!("ALTER SEQUENCE {sequence} OWNED BY {table}.{column}"));
                        true
                    }
                    None => false,
                }
            }
            other => {
                let own = |name: &crate::migration::operation::TableRef| {
                    name.schema.as_ref() == Some(&self.draft.context.state_schema) || is_own(&name.name)
                };
                // The double of a table under another name is a view of expand's.
                let double = |name: &TableName| self.renames_to(name);
                other
                    .dropped()
                    .is_some_and(|(_, op)| own(&op.name) || double(&self.catalog.resolve(&op.name)))
            }
        }
    }

    fn renames_to(&self, name: &TableName) -> bool {
        self.draft.objects.doubles.contains(name)
    }

    fn default_back(
        &self,
        table: &crate::migration::operation::TableRef,
        column: &Ident,
        back: &mut Vec<String>,
    ) -> bool {
        let name = self.catalog.resolve(table);
        let Some(known) = self.catalog.tables.get(&name).and_then(|table| table.column(column)) else {
            return false;
        };
        let action = match &known.default {
            Some(default) => format!("SET DEFAULT {default}"),
            None => "DROP DEFAULT".to_owned(),
        };
        back.push(format!("ALTER TABLE {name} ALTER COLUMN {column} {action}"));
        true
    }

    /// The name that a column has in the end, hidden or not, from the one it has when contract begins.
    pub fn last_name(&self, table: &TableName, column: &Ident) -> Ident {
        let renames = self.contract.iter().flat_map(|step| &step.sql).flat_map(|sql| operations(sql));
        renames.fold(column.clone(), |name, operation| match operation {
            Operation::RenameColumn(op)
                if self.catalog.resolve(&op.table) == *table && op.column.value == name =>
            {
                op.to.value
            }
            _ => name,
        })
    }

    /// The same for a condition.
    pub fn last_names(&self, table: &TableName, text: &str) -> String {
        let renames = self.contract.iter().flat_map(|step| &step.sql).flat_map(|sql| operations(sql));
        renames.fold(text.to_owned(), |text, operation| match operation {
            Operation::RenameColumn(op) if self.catalog.resolve(&op.table) == *table => {
                rename_column(&text, &op.column, &op.to)
            }
            _ => text,
        })
    }

    /// What was found.
    pub fn finish(mut self, plan: &Plan) -> Keep {
        let concerned =
            self.hidden.iter().map(|one| &one.table).chain(self.prepared.iter().map(Prepared::table));
        if let Some((from, _)) =
            self.renamed.iter().find(|(from, _)| concerned.clone().any(|table| table == from))
        {
            self.refused.push(format!(
                "table {from} gets another name in the same file: give it that in a file of its own"
            ));
        }
        if !self.refused.is_empty() {
            return Keep::Impossible(self.refused);
        }
        Keep::Possible(Box::new(self.steps(plan)))
    }
}

/// Whether midflight has given a thing its name.
pub(super) fn is_own(name: &Ident) -> bool {
    name.as_str().starts_with("_midflight_") || name.as_str().starts_with("zzzz_midflight_")
}
