//! Builds a plan: each operation adds its pieces to a [`Draft`], and the draft arranges them into stages.

use std::collections::BTreeMap;

use super::dual_write::Pair;
use super::expression::columns_used;
use super::fold::fold;
use super::objects::ObjectWork;
use super::ops;
use super::{Conversion, LockMode, Plan, Step, TableLock, Touch, Trial, Try, Violations};
use crate::catalog::{Catalog, Constraint, Index, Table, TypeInfo};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName, fit, literal};
use crate::migration::Migration;
use crate::migration::source::Span;

/// What planning needs besides operations and catalog.
#[derive(Debug, Clone)]
pub struct Context {
    /// The schema that holds midflight's own objects.
    pub state_schema: Ident,
}

/// Plans a migration against a catalog snapshot.
///
/// # Errors
/// Exit 2 for names and types that don't exist and statements that can't be read, each with its place; exit 23 for
/// what can't be done online or whose place in the stages is unknown, with what to write instead.
pub fn build(migration: &Migration, catalog: &Catalog, context: &Context) -> Result<Plan> {
    let mut draft = Draft::new(migration, catalog, context);
    for step in &fold(&migration.steps, catalog) {
        draft.span = step.span;
        ops::plan(&step.operation, &mut draft).map_err(|error| error.at(&migration.source, step.span))?;
    }
    ops::copy_indexes(&mut draft)?;
    draft.finish()
}

/// A plan in the making.
pub struct Draft<'a> {
    pub(super) migration: &'a Migration,
    pub(super) catalog: &'a Catalog,
    /// What planning needs besides operations and catalog.
    pub context: &'a Context,
    /// The part of the file that is being planned.
    pub span: Span,
    pub(super) created: BTreeMap<TableName, Table>,
    pub(super) dual_writes: BTreeMap<TableName, ShadowWork>,
    pub(super) expand: Vec<Step>,
    pub(super) finish: Vec<Step>,
    pub(super) contract: Vec<Step>,
    pub(super) contract_transaction: ContractTransaction,
    pub(super) fills: Vec<Conversion>,
    pub(super) trials: Vec<Trial>,
    pub(super) tries: Vec<Try>,
    pub(super) touches: Vec<Touch>,
    pub(super) carries: Vec<Touch>,
    pub(super) notes: Vec<String>,
    /// Columns and constraints that the migration drops: nothing on them has to follow a replaced column.
    dropped_columns: Vec<(TableName, Ident)>,
    /// What other operations do to columns, for those that are replaced: it has to follow as well.
    column_changes: Vec<(TableName, Ident, ColumnChange)>,
    pub(super) added_indexes: Vec<(TableName, Index)>,
    pub(super) added_constraints: Vec<(TableName, Constraint)>,
    added_columns: Vec<(TableName, Ident)>,
    /// Those among them that the old release's rows have no value for.
    empty_columns: Vec<(TableName, Ident)>,
    dropped_constraints: Vec<(TableName, Ident)>,
    pub(super) objects: ObjectWork,
}

/// What dual writes on one table need.
#[derive(Default)]
pub(super) struct ShadowWork {
    pub(super) pairs: Vec<Pair>,
    pub(super) replaced: Vec<Replaced>,
    pub(super) add_columns: Vec<String>,
    pub(super) drop_columns: Vec<String>,
    pub(super) after_add: Vec<String>,
    pub(super) conversions: Vec<PairConversion>,
}

/// What an operation changes about a column beside its values.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ColumnChange {
    /// `SET DEFAULT`, or `DROP DEFAULT`.
    Default(Option<String>),
    /// `COMMENT ON COLUMN`
    Comment(Option<String>),
    /// `SET NOT NULL`
    NotNull,
    /// `DROP NOT NULL`
    Nullable,
}

/// A column that another one doubles.
#[derive(Clone)]
pub(super) struct Replaced {
    /// The column that both releases know, or the old one alone.
    pub old: Ident,
    /// The other one's name while both releases run.
    pub physical: Ident,
    /// The name in the end.
    pub last: Ident,
    /// Which of the two is there in the end.
    pub stays: Stays,
    /// Whether its successor is NOT NULL.
    pub not_null: bool,
}

/// Which of two columns in step is there in the end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stays {
    /// The old one, under the new name: whatever hangs on it stays as it is.
    Old,
    /// The new one: whatever hangs on the old one has to follow.
    New,
}

/// How one pair's rows are judged and converted.
pub struct PairConversion {
    /// New columns with their final `NOT NULL`.
    pub columns: Vec<NewSide>,
    /// `up` followed by `down` gives the old value back, so both sides can be compared for good.
    pub lossless: bool,
}

/// A column on the new side.
pub struct NewSide {
    /// As it is called while both releases run.
    pub physical: Ident,
    /// Its type.
    pub type_info: TypeInfo,
    /// Whether NULL is refused in the end.
    pub not_null: bool,
}

/// The statements of the contract transaction.
#[derive(Default)]
pub(super) struct ContractTransaction {
    pub(super) first: Vec<String>,
    pub(super) statements: Vec<String>,
    pub(super) locks: Vec<TableLock>,
    pub(super) summaries: Vec<String>,
}

impl<'a> Draft<'a> {
    fn new(migration: &'a Migration, catalog: &'a Catalog, context: &'a Context) -> Self {
        Self {
            migration,
            catalog,
            context,
            span: Span::default(),
            created: BTreeMap::new(),
            dual_writes: BTreeMap::new(),
            expand: Vec::new(),
            finish: Vec::new(),
            contract: Vec::new(),
            contract_transaction: ContractTransaction::default(),
            fills: Vec::new(),
            trials: Vec::new(),
            tries: Vec::new(),
            touches: Vec::new(),
            carries: Vec::new(),
            notes: Vec::new(),
            dropped_columns: Vec::new(),
            column_changes: Vec::new(),
            added_indexes: Vec::new(),
            added_constraints: Vec::new(),
            added_columns: Vec::new(),
            empty_columns: Vec::new(),
            dropped_constraints: Vec::new(),
            objects: ObjectWork::default(),
        }
    }

    /// Whether the migration is SQL, as opposed to YAML: the same thing has other names there.
    pub fn is_sql(&self) -> bool {
        self.migration.is_sql()
    }

    /// An error that blames a part of the file.
    pub fn blame(&self, error: Error, span: Span) -> Error {
        error.at(&self.migration.source, span)
    }

    /// Remembers a table that this migration creates.
    pub fn add_table(&mut self, name: TableName, table: Table) {
        self.created.insert(name, table);
    }

    /// Notes that the migration works on a column, or on the table as a whole.
    pub fn touch(&mut self, table: &TableName, column: Option<&Ident>) {
        self.touches.push(Touch { table: table.clone(), column: column.cloned() });
    }

    /// Notes columns of an index or constraint that will have a copy.
    pub(super) fn carries(&mut self, table: &TableName, columns: &[Ident]) {
        let touch = |column: &Ident| Touch { table: table.clone(), column: Some(column.clone()) };
        self.carries.extend(columns.iter().map(touch));
    }

    /// Tells the user something beside the steps.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Adds a step to expand.
    pub fn expand(&mut self, step: Step) {
        self.expand.push(step);
    }

    /// Adds a statement to expand that concerns a table nobody uses yet.
    pub fn plain(&mut self, summary: String, table: &TableName, sql: String) {
        self.expand(Step::catalog_only(summary, table, LockMode::AccessExclusive, vec![sql], Vec::new()));
    }

    /// Adds a step that follows the rows in the backfill stage.
    pub fn after_rows(&mut self, step: Step) {
        self.finish.push(step);
    }

    /// Adds a step to contract that can't be part of its transaction.
    pub fn contract_alone(&mut self, step: Step) {
        self.contract.push(step);
    }

    /// Adds statements to the contract transaction, and the table they lock.
    pub fn in_contract(
        &mut self,
        summary: impl Into<String>,
        table: &TableName,
        statements: impl IntoIterator<Item = String>,
    ) {
        self.contract_transaction.summaries.push(summary.into());
        self.contract_transaction.statements.extend(statements);
        self.lock_in_contract(table, LockMode::AccessExclusive);
    }

    /// Adds statements to the contract transaction that have to precede all others: they drop what will be made again
    /// once the columns it names are in place.
    pub fn in_contract_first(&mut self, statements: impl IntoIterator<Item = String>) {
        self.contract_transaction.first.extend(statements);
    }

    /// Has the contract transaction lock one more table.
    pub fn lock_in_contract(&mut self, table: &TableName, mode: LockMode) {
        match self.contract_transaction.locks.iter_mut().find(|lock| lock.table == *table) {
            Some(lock) => lock.mode = lock.mode.max(mode),
            None => self.contract_transaction.locks.push(TableLock { table: table.clone(), mode }),
        }
    }

    /// Adds a column that dual writes fill: `definition` without NOT NULL and DEFAULT.
    pub fn shadow_column(
        &mut self,
        table: &TableName,
        column: &Ident,
        definition: &str,
        after_add: Vec<String>,
    ) {
        self.add_column(table, column);
        self.tries(table, format!("ADD COLUMN {column} {definition}"));
        let work = self.dual_writes.entry(table.clone()).or_default();
        work.add_columns.push(format!("ADD COLUMN {column} {definition}"));
        work.drop_columns.push(format!("DROP COLUMN IF EXISTS {column}"));
        work.after_add.extend(after_add);
    }

    /// Keeps two sides of a table in step, and has the rows that are there converted.
    pub fn dual_write(&mut self, table: &TableName, pair: Pair, conversion: PairConversion) -> Result<()> {
        let work = self.dual_writes.entry(table.clone()).or_default();
        let taken = work.pairs.iter().flat_map(|other| other.old.iter().chain(&other.new));
        for variable in taken {
            if pair.old.iter().chain(&pair.new).any(|mine| mine.column == variable.column) {
                return Err(Error::refused(format!(
                    "column `{}` of `{table}` is changed twice in one migration",
                    variable.column.as_str()
                ))
                .hint("put the second change in a migration of its own, after this one"));
            }
        }
        work.pairs.push(pair);
        work.conversions.push(conversion);
        Ok(())
    }

    /// Fills a new column's rows by an expression, without a trigger: its default serves the rows to come.
    pub fn fill(&mut self, table_name: &TableName, table: &Table, side: &NewSide, expression: &str) {
        let column = &side.physical;
        let pending = format!("{column} IS NULL");
        self.fills.push(Conversion {
            table: table_name.clone(),
            assignments: format!("{column} = {expression}"),
            // A nullable column may be set to NULL by the new release, and then that is right.
            wrong: if side.not_null { pending.clone() } else { "false".to_owned() },
            pending,
            probe: Vec::new(),
            rejected: None,
            key: Self::row_name(table),
            columns: vec![side.physical.clone()],
            rows: table.rows as i64,
            bytes: table.bytes,
            index_bytes: table.index_bytes,
        });
    }

    /// Remembers that a shadow column takes a column's place, so that what hangs on the old one can follow.
    pub(super) fn replaces(&mut self, table: &TableName, column: Replaced) {
        self.dual_writes.entry(table.clone()).or_default().replaced.push(column);
    }

    /// The tables with replaced columns, with the indexes and constraints that they get from this migration, and those
    /// columns.
    pub(super) fn tables_with_replaced(&self) -> Vec<(TableName, Table, Vec<Replaced>)> {
        let replaced = self.dual_writes.iter().filter(|(_, work)| !work.replaced.is_empty());
        let of = |(name, work): (&TableName, &ShadowWork)| {
            let mut table = self.catalog.tables.get(name)?.clone();
            let indexes = self.added_indexes.iter().filter(|(of, _)| of == name);
            table.indexes.extend(indexes.map(|(_, index)| index.clone()));
            let constraints = self.added_constraints.iter().filter(|(of, _)| of == name);
            table.constraints.extend(constraints.map(|(_, constraint)| constraint.clone()));
            Some((name.clone(), table, work.replaced.clone()))
        };
        replaced.filter_map(of).collect()
    }

    /// Remembers an index that an operation adds.
    pub(super) fn add_index(&mut self, table: &TableName, index: Index) {
        self.added_indexes.push((table.clone(), index));
    }

    /// Remembers a constraint that an operation adds.
    pub(super) fn add_constraint(&mut self, table: &TableName, constraint: Constraint) {
        self.added_constraints.push((table.clone(), constraint));
    }

    /// Has an expression of the planner's own tried as a value of a type, before anything is changed.
    pub(super) fn try_value(&mut self, what: String, expression: &str, base_type: &str) {
        let name = format!("pg_temp.midflight_value_{}", self.trials.len());
        let head = format!("CREATE FUNCTION {name}() RETURNS {base_type} LANGUAGE sql BEGIN ATOMIC SELECT (");
        self.trials.push(Trial {
            what,
            offset: head.len(),
            sql: format!("{head}{expression}\n); END"),
            expression: String::new(),
            start: self.span.start,
            end: self.span.end,
        });
    }

    /// Remembers a change of a column.
    pub(super) fn change_column(&mut self, table: &TableName, column: &Ident, change: ColumnChange) {
        self.column_changes.push((table.clone(), column.clone(), change));
    }

    /// The changes of a column, in order.
    pub(super) fn column_changes(&self, table: &TableName, column: &Ident) -> Vec<ColumnChange> {
        let changes = self.column_changes.iter().filter(|(of, name, _)| of == table && name == column);
        changes.map(|(_, _, change)| change.clone()).collect()
    }

    /// Whether the migration validates a constraint that was there before.
    pub(super) fn validates(&self, table: &TableName, constraint: &Ident) -> bool {
        let sql = format!("ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}");
        self.finish.iter().any(|step| step.sql.contains(&sql))
    }

    /// Whether the server keeps NOT NULL as a constraint with a name.
    pub(super) fn names_not_null(&self) -> bool {
        self.catalog.server_major >= 18
    }

    /// Remembers that a column goes.
    pub(super) fn drop_column(&mut self, table: &TableName, column: &Ident) {
        self.dropped_columns.push((table.clone(), column.clone()));
    }

    /// Remembers that a constraint goes.
    pub(super) fn drop_constraint(&mut self, table: &TableName, constraint: &Ident) {
        self.dropped_constraints.push((table.clone(), constraint.clone()));
    }

    /// Whether the migration drops a column.
    pub(super) fn drops_column(&self, table: &TableName, column: &Ident) -> bool {
        self.dropped_columns.iter().any(|(of, name)| of == table && name == column)
    }

    /// Whether the migration drops a constraint.
    pub(super) fn drops_constraint(&self, table: &TableName, constraint: &Ident) -> bool {
        self.dropped_constraints.iter().any(|(of, name)| of == table && name == constraint)
    }

    /// The columns of a table that this migration fills row by row.
    pub fn filled_columns(&self, table: &TableName) -> Vec<Ident> {
        let shadows = self.dual_writes.get(table).into_iter().flat_map(|work| &work.conversions);
        let shadows = shadows.flat_map(|c| &c.columns).map(|side| side.physical.clone());
        let fills = self.fills.iter().filter(|fill| fill.table == *table);
        shadows.chain(fills.flat_map(|fill| fill.columns.clone())).collect()
    }

    /// Remembers a column that this migration adds.
    pub fn add_column(&mut self, table: &TableName, column: &Ident) {
        self.added_columns.push((table.clone(), column.clone()));
    }

    /// Remembers that the old release's rows have no value for a new column.
    pub fn leave_empty(&mut self, table: &TableName, column: &Ident) {
        self.empty_columns.push((table.clone(), column.clone()));
    }

    /// New columns that the old release's rows have no value for.
    pub fn left_empty<'s>(&'s self, table: &'s TableName) -> impl Iterator<Item = &'s Ident> {
        self.empty_columns.iter().filter(move |(of, _)| of == table).map(|(_, column)| column)
    }

    /// Whether a name is that of a column which this migration adds.
    pub fn adds_column(&self, table: &TableName, column: &Ident) -> bool {
        self.added_columns.iter().any(|(of, name)| of == table && name == column)
    }

    /// The columns that an expression over a table's row may name, those that this migration adds included.
    pub fn column_names(&self, name: &TableName, table: &Table) -> Vec<Ident> {
        let added = self.added_columns.iter().filter(|(of, _)| of == name).map(|(_, column)| column.clone());
        table.columns.iter().map(|column| column.name.clone()).chain(added).collect()
    }

    /// Whether the rows that are there can be asked now whether they satisfy an expression: not on a table or a column
    /// that comes with this migration.
    pub fn can_be_checked(&self, table: &TableName, expression: &str) -> bool {
        let added = self.added_columns.iter().filter(|(of, _)| of == table).map(|(_, column)| column);
        !self.is_new(table) && columns_used(expression, added).is_empty()
    }

    /// Whether a table has a constraint, or gets it from an earlier operation of this migration.
    pub fn has_constraint(&self, table: &TableName, name: &Ident) -> bool {
        let added = format!("ALTER TABLE {table} ADD CONSTRAINT {name} ");
        let steps = self.expand.iter().chain(&self.finish);
        let known = self.catalog.tables.get(table).into_iter().flat_map(|table| &table.constraints);
        known.into_iter().any(|known| known.name == *name)
            || steps.flat_map(|step| &step.sql).any(|sql| sql.starts_with(&added))
    }

    /// The text expression that names a row of a table in reports.
    pub fn row_name(table: &Table) -> String {
        let key = table.key();
        if key.is_empty() {
            return "pg_catalog.format('ctid=%s', ctid)".to_owned();
        }
        let named: Vec<String> =
            key.iter().map(|column| format!("{}=%s", column.as_str().replace('%', "%%"))).collect();
        let values: Vec<String> = key.iter().map(ToString::to_string).collect();
        format!("pg_catalog.format({}, {})", literal(&named.join(", ")), values.join(", "))
    }

    /// A check for rows that a step would trip over, listing them.
    pub fn violations(&self, name: &TableName, rule: impl Into<String>, query: String) -> Violations {
        Violations {
            table: name.clone(),
            rule: rule.into(),
            query,
            start: self.span.start,
            end: self.span.end,
        }
    }

    /// The steps that make a column NOT NULL without a scan under a strong lock: a check that is not valid yet, its
    /// validation, and the flag. Gives the helper check's name.
    pub fn not_null_check(column: &Ident) -> Ident {
        Ident::new(fit(&format!("_midflight_{}_not_null", column.as_str())))
    }
}

/// The id that a step which creates a table carries until steps are numbered.
pub(super) const CREATES: &str = "create";
