//! What the files read so far say about the database: a replay of the folder, statement by statement.
//!
//! Nothing here is certain to be complete. A table that no file creates may well exist, so every question has
//! three answers, and the rules ask for proof.

use std::collections::{BTreeMap, BTreeSet};

use super::expression;
use super::statement::{self, Effect};
use super::types::Type;
use crate::ident::{Ident, TableName};
use crate::migration::operation::{
    AddCheck, AddColumn, AddKey, ColumnDef, CreateTable, Operation, RenameColumn, RenameTable, TableRef,
};
use crate::migration::source::Source;
use crate::migration::{self, mentions};

/// Tables, types and functions as the files leave them, and the session that runs the files.
#[derive(Debug, Clone)]
pub struct Schema {
    default_schema: Ident,
    session_schema: Ident,
    utc: bool,
    tables: BTreeMap<TableName, Table>,
    domains: BTreeMap<Ident, Domain>,
    types: BTreeSet<Ident>,
    functions: BTreeMap<Ident, bool>,
    saved: Vec<(Option<Ident>, Box<Schema>)>,
}

/// A table as far as the files tell.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Made by a statement whose effect nobody else has seen yet: nothing runs on it, nothing is in it.
    pub created_here: bool,
    /// Split from its partitioned parent here.
    pub detached_here: bool,
    /// `PARTITION BY`
    pub partitioned: bool,
    /// The columns that files speak of.
    pub columns: BTreeMap<Ident, Column>,
    constraints: BTreeMap<Ident, Constraint>,
}

/// A column as far as the files tell.
#[derive(Debug, Clone, Default)]
pub struct Column {
    /// Its type, as written last.
    pub type_: Option<String>,
    /// Known to be NOT NULL.
    pub not_null: bool,
    /// Made here.
    pub created_here: bool,
}

#[derive(Debug, Clone, Default)]
struct Constraint {
    valid: bool,
    proves_not_null: BTreeSet<Ident>,
}

#[derive(Debug, Clone)]
struct Domain {
    base: String,
    constrained: bool,
}

impl Schema {
    /// Nothing known yet.
    pub fn new(default_schema: Ident) -> Self {
        Self {
            session_schema: default_schema.clone(),
            default_schema,
            utc: false,
            tables: BTreeMap::new(),
            domains: BTreeMap::new(),
            types: BTreeSet::new(),
            functions: BTreeMap::new(),
            saved: Vec::new(),
        }
    }

    /// A new file begins: its own session, no open transaction. With `settled` what earlier files made is in use.
    pub fn start_file(&mut self, settled: bool) {
        self.saved.clear();
        self.utc = false;
        self.session_schema = self.default_schema.clone();
        if settled {
            self.tables.retain(|name, _| name.schema.as_str() != TEMPORARY);
            for table in self.tables.values_mut() {
                table.created_here = false;
                table.detached_here = false;
                table.columns.values_mut().for_each(|column| column.created_here = false);
            }
        }
    }

    /// Whether a transaction is open.
    pub fn in_transaction(&self) -> bool {
        !self.saved.is_empty()
    }

    /// Whether the session's time zone is known to be UTC.
    pub fn in_utc(&self) -> bool {
        self.utc
    }

    /// The functions that the files declare, true for volatile ones.
    pub fn functions(&self) -> &BTreeMap<Ident, bool> {
        &self.functions
    }

    /// A table, if a file speaks of it.
    pub fn table(&self, table: &TableRef) -> Option<&Table> {
        self.tables.get(&self.resolve(table))
    }

    /// A column, if a file speaks of it.
    pub fn column(&self, table: &TableRef, column: &Ident) -> Option<&Column> {
        self.table(table)?.columns.get(column)
    }

    /// Whether a valid CHECK, known by name or not, proves that the column has no NULL. `except` are constraints
    /// that go away in the same statement.
    pub fn proven_not_null(&self, table: &TableRef, column: &Ident, except: &[&Ident]) -> bool {
        self.table(table).is_some_and(|table| {
            table
                .constraints
                .iter()
                .any(|(name, c)| c.valid && c.proves_not_null.contains(column) && !except.contains(&name))
        })
    }

    /// What stands below a type that is a domain; other types are their own.
    pub fn base_type(&self, type_: &Type) -> Type {
        self.domains.get(&type_.ident()).map_or_else(|| type_.clone(), |domain| Type::parse(&domain.base))
    }

    /// Whether a type is a domain with `CHECK` or `NOT NULL`: every row has to pass it.
    pub fn has_checks(&self, type_: &Type) -> bool {
        self.domains.get(&type_.ident()).is_some_and(|domain| domain.constrained)
    }

    /// Whether the files make this type (an enum, mostly): nothing turns into it, or it into anything, for free.
    pub fn is_made(&self, type_: &Type) -> bool {
        self.types.contains(&type_.ident())
    }

    /// Where a name leads: temporary tables hide others of the same name.
    fn resolve(&self, table: &TableRef) -> TableName {
        match &table.schema {
            Some(schema) => TableName::new(schema.clone(), table.name.clone()),
            None => {
                let temporary = TableName::new(TEMPORARY, table.name.clone());
                if self.tables.contains_key(&temporary) {
                    temporary
                } else {
                    table.in_schema(&self.session_schema)
                }
            }
        }
    }

    fn entry(&mut self, table: &TableRef) -> &mut Table {
        let name = self.resolve(table);
        self.tables.entry(name).or_default()
    }

    /// Takes note of what a step does.
    pub fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::CreateTable(create) => self.create_table(create),
            Operation::DropTable(drop) => self.forget(&drop.table),
            Operation::RenameTable(rename) => self.rename_table(rename),
            Operation::AddColumn(add) => self.add_column(add),
            Operation::DropColumn(drop) => {
                let table = self.entry(&drop.table);
                table.columns.remove(&drop.column.value);
                table.constraints.retain(|_, c| !c.proves_not_null.contains(&drop.column.value));
            }
            Operation::RenameColumn(rename) => self.rename_column(rename),
            Operation::ChangeType(change) => {
                let column =
                    self.entry(&change.table).columns.entry(change.column.value.clone()).or_default();
                column.type_ = Some(change.type_.value.clone());
            }
            Operation::TransformColumns(transform) => {
                let table = self.entry(&transform.table);
                table.columns.retain(|name, _| !transform.from.iter().any(|gone| gone.value == *name));
                for new in &transform.to {
                    let type_ = Some(new.type_.value.clone());
                    let column = Column { type_, not_null: new.not_null, created_here: true };
                    table.columns.insert(new.name.value.clone(), column);
                }
            }
            Operation::SetNotNull(set) => {
                self.entry(&set.table).columns.entry(set.column.value.clone()).or_default().not_null = true;
            }
            Operation::DropNotNull(target) => {
                self.entry(&target.table).columns.entry(target.column.value.clone()).or_default().not_null =
                    false;
            }
            Operation::AddCheck(check) => self.add_check(check),
            Operation::AddPrimaryKey(key) => self.add_primary_key(key),
            Operation::ValidateConstraint(target) => {
                if let Some(constraint) = self.entry(&target.table).constraints.get_mut(&target.name.value) {
                    constraint.valid = true;
                }
            }
            Operation::DropConstraint(target) => {
                self.entry(&target.table).constraints.remove(&target.name.value);
            }
            Operation::Unplaced(unplaced) => {
                if let Some(effect) = statement::effect(&unplaced.sql) {
                    self.apply_effect(effect);
                }
            }
            other => {
                if let Some(effect) = other.object_sql().as_deref().and_then(statement::effect) {
                    self.apply_effect(effect);
                }
            }
        }
    }

    fn forget(&mut self, table: &TableRef) {
        let name = self.resolve(table);
        self.tables.remove(&name);
    }

    fn create_table(&mut self, create: &CreateTable) {
        let name = match (&create.table.schema, create.temporary) {
            (None, true) => TableName::new(TEMPORARY, create.table.name.clone()),
            _ => create.table.in_schema(&self.session_schema),
        };
        if create.if_not_exists && self.tables.contains_key(&name) {
            return;
        }
        let partitioned = create.options.as_ref().is_some_and(|options| mentions(options, "PARTITION BY"));
        let mut table = Table { created_here: true, partitioned, ..Table::default() };
        for column in &create.columns {
            table.add(&create.table.name, column);
        }
        self.tables.insert(name, table);
        // in parentheses or added later, a constraint means the same
        for constraint in &create.constraints {
            let added = format!("ALTER TABLE {} ADD {}", create.table, constraint.value);
            if let Ok(added) = migration::parse(Source::new("constraint.sql", added)) {
                added.steps.iter().for_each(|step| self.apply(&step.operation));
            }
        }
    }

    fn rename_table(&mut self, rename: &RenameTable) {
        let old = self.resolve(&rename.table);
        let new = TableName::new(old.schema.clone(), rename.to.value.clone());
        if let Some(table) = self.tables.remove(&old) {
            self.tables.insert(new, table);
        }
    }

    fn add_column(&mut self, add: &AddColumn) {
        let name = add.table.name.clone();
        let table = self.entry(&add.table);
        if add.if_not_exists && table.columns.contains_key(&add.column.name.value) {
            return;
        }
        table.add(&name, &add.column);
    }

    fn rename_column(&mut self, rename: &RenameColumn) {
        let table = self.entry(&rename.table);
        if let Some(column) = table.columns.remove(&rename.column.value) {
            table.columns.insert(rename.to.value.clone(), column);
        }
        for constraint in table.constraints.values_mut() {
            if constraint.proves_not_null.remove(&rename.column.value) {
                constraint.proves_not_null.insert(rename.to.value.clone());
            }
        }
    }

    fn add_check(&mut self, check: &AddCheck) {
        let table_name = check.table.name.clone();
        let name = check.name.as_ref().map(|name| name.value.clone());
        self.entry(&check.table).add_check(&table_name, name, &check.check, !check.not_valid);
    }

    fn add_primary_key(&mut self, key: &AddKey) {
        let table = self.entry(&key.table);
        for column in &key.columns {
            table.columns.entry(column.value.clone()).or_default().not_null = true;
        }
    }

    fn apply_effect(&mut self, effect: Effect) {
        match effect {
            Effect::Begin => self.save(None),
            Effect::Commit(chain) => {
                self.saved.clear();
                if chain {
                    self.save(None);
                }
            }
            Effect::Rollback(chain) => {
                let first = std::mem::take(&mut self.saved).into_iter().next();
                if let Some((_, before)) = first {
                    *self = *before;
                }
                if chain {
                    self.save(None);
                }
            }
            Effect::Savepoint(name) => self.save(Some(name)),
            Effect::RollbackTo(name) => {
                let Some(at) = self.saved.iter().rposition(|(saved, _)| saved.as_ref() == Some(&name)) else {
                    return;
                };
                let mut saved = std::mem::take(&mut self.saved);
                saved.truncate(at + 1);
                if let Some((_, before)) = saved.last() {
                    *self = (**before).clone();
                }
                self.saved = saved;
            }
            Effect::SearchPath(schema) => self.session_schema = schema,
            Effect::TimeZone(utc) => self.utc = utc,
            Effect::CreateRelation { name, temporary, if_not_exists } => {
                let key = if temporary {
                    TableName::new(TEMPORARY, name.name)
                } else {
                    name.in_schema(&self.session_schema)
                };
                if !(if_not_exists && self.tables.contains_key(&key)) {
                    self.tables.insert(key, Table { created_here: true, ..Table::default() });
                }
            }
            Effect::DropRelation(name) => self.forget(&name),
            Effect::Detach(name) => self.entry(&name).detached_here = true,
            Effect::AddNotNull { table, column, name, not_valid } => {
                let generated =
                    || Ident::new(format!("{}_{}_not_null", table.name.as_str(), column.as_str()));
                let constraint =
                    Constraint { valid: !not_valid, proves_not_null: BTreeSet::from([column.clone()]) };
                self.entry(&table).constraints.insert(name.unwrap_or_else(generated), constraint);
            }
            Effect::CreateDomain { name, base, constrained } => {
                self.domains.insert(name, Domain { base, constrained });
            }
            Effect::CreateType(name) => {
                self.types.insert(name);
            }
            Effect::CreateFunction { name, volatile } => {
                self.functions.insert(name, volatile);
            }
            Effect::CreateView(_) => {}
        }
    }

    fn save(&mut self, name: Option<Ident>) {
        let before = Self { saved: Vec::new(), ..self.clone() };
        self.saved.push((name, Box::new(before)));
    }
}

/// The schema that temporary tables live in.
const TEMPORARY: &str = "pg_temp";

impl Table {
    fn add(&mut self, table_name: &Ident, column: &ColumnDef) {
        let identity = column.generated.as_ref().is_some_and(|text| mentions(text, "IDENTITY"));
        let not_null = column.not_null || column.primary_key || identity || Type::is_serial(&column.type_);
        let known = Column { type_: Some(column.type_.value.clone()), not_null, created_here: true };
        self.columns.insert(column.name.value.clone(), known);
        if let Some(check) = &column.check {
            let name = column.names.check.as_ref().map(|name| name.value.clone());
            self.add_check(table_name, name, check, true);
        }
    }

    /// Remembers what a CHECK proves. Without a name it gets the one that PostgreSQL would give it.
    fn add_check(&mut self, table_name: &Ident, name: Option<Ident>, condition: &str, valid: bool) {
        let name = name.unwrap_or_else(|| {
            let columns = expression::columns(condition);
            let middle = match columns.first() {
                Some(column) if columns.len() == 1 => format!("_{}", column.as_str()),
                _ => String::new(),
            };
            let base = format!("{}{middle}_check", table_name.as_str());
            let taken = |name: &str| self.constraints.contains_key(&Ident::new(name));
            let free = (1..).map(|n| format!("{base}{n}")).find(|name| !taken(name));
            Ident::new(if taken(&base) { free.unwrap_or(base) } else { base })
        });
        let proves_not_null = expression::proves_not_null(condition);
        self.constraints.insert(name, Constraint { valid, proves_not_null });
    }
}
