//! Builds a plan: each operation adds its pieces to a [`Draft`], and the draft arranges them into stages.

use std::collections::BTreeMap;

use super::conversion::PairConversion;
use super::dual_write::Pair;
use super::names::{self, Handover, NameHandover};
use super::objects::ObjectWork;
use super::ops;
use super::order::RowsChanged;
use super::rows::{Place, RowTrial};
use super::{Conversion, LockMode, Plan, Step, TableLock, Touch, Trial, Try, Violations, Warning};
use super::{Releases, self_check, sequence, uses};
use crate::catalog::{self, Catalog, Constraint, Inbound, Index, View};
use crate::error::{Error, Kind, Result};
use crate::ident::{Ident, TableName};
use crate::migration::change::Privileges;
use crate::migration::operation::{Expr, Operation, TypeText, UserTriggers};
use crate::migration::source::Span;
use crate::migration::{Migration, own_name};

/// What planning needs besides operations and catalog.
#[derive(Debug, Clone)]
pub struct Context {
    /// The schema that holds midflight's own objects.
    pub state_schema: Ident,
    /// Where each release has a schema of its own: the releases that there are.
    pub releases: Option<Releases>,
    /// Rows may have been converted by other expressions than these.
    pub again: bool,
}

/// Plans a migration against a catalog snapshot.
///
/// # Errors
/// Exit 2 for names and types that don't exist and statements that can't be read, each with its place; exit 23 for
/// what can't be done online or whose place in the stages is unknown, with what to write instead.
pub fn build(migration: &Migration, catalog: &Catalog, context: &Context) -> Result<Plan> {
    let sequence::Net { steps, notes } = sequence::net(migration, catalog)?;
    let mut draft = Draft::new(migration, catalog, context);
    draft.notes = notes;
    for (at, step) in steps.iter().enumerate() {
        draft.span = step.span;
        draft.later = steps[at + 1..].iter().map(|step| step.operation.clone()).collect();
        let blame = |error: Error| error.at(&migration.source, step.span);
        let operation = draft.as_built(&step.operation);
        draft.triggers = step.triggers;
        draft.allowed = step.allows.iter().map(|allow| allow.rule.value.clone()).collect();
        draft.place = draft.place_of(&operation).map_err(blame)?;
        ops::plan(&operation, &mut draft)
            .map_err(|error| draft.behind_own_sql(error, &step.operation))
            .map_err(blame)?;
        draft.go_on(&step.operation).map_err(blame)?;
        draft.fences.extend(sequence::Fence::of(step));
    }
    ops::copy_indexes(&mut draft)?;
    let mut uses = uses::of_file(&steps, catalog);
    draft.on_rows(&mut uses);
    let plan = draft.finish()?;
    uses.publications(&plan, catalog, &steps);
    uses.filled.extend(plan.backfill.iter().map(|work| work.table.clone()));
    let file = sequence::operations(migration, catalog);
    self_check::check(&plan, &file, catalog, &context.state_schema)?;
    let keep = plan.keep.as_ref().map(|keep| keep.checked(&plan, &file, catalog, &context.state_schema));
    Ok(Plan { uses: Some(uses), keep, ..plan })
}

/// A plan in the making.
pub struct Draft<'a> {
    pub(super) migration: &'a Migration,
    /// The catalog before the file: what is there in fact until contract, and what the old release uses.
    pub(super) first: &'a Catalog,
    /// The catalog as the statements so far leave it: what the next one speaks of.
    pub(super) now: Catalog,
    /// What the file does after the statement that is being planned.
    pub(super) later: Vec<Operation>,
    /// What planning needs besides operations and catalog.
    pub context: &'a Context,
    /// The part of the file that is being planned.
    pub span: Span,
    pub(super) dual_writes: BTreeMap<TableName, ShadowWork>,
    pub(super) expand: Vec<Expansion>,
    pub(super) finish: Vec<Step>,
    pub(super) contract: Vec<Step>,
    pub(super) contract_transaction: ContractTransaction,
    pub(super) fills: Vec<Conversion>,
    pub(super) trials: Vec<Trial>,
    pub(super) tries: Vec<Try>,
    /// Views that contract recreates, those below first.
    pub(super) recreated_views: Vec<View>,
    /// Where the file changes a table's columns.
    pub(super) changed_at: BTreeMap<TableName, Span>,
    pub(super) touches: Vec<Touch>,
    pub(super) carries: Vec<Touch>,
    pub(super) notes: Vec<String>,
    pub(super) warnings: Vec<Warning>,
    /// Columns and constraints that the migration drops: nothing on them has to follow a replaced column.
    pub(super) dropped_columns: Vec<(TableName, Ident)>,
    /// What other operations do to columns, for those that are replaced: it has to follow as well.
    pub(super) column_changes: Vec<(TableName, Ident, ColumnChange)>,
    pub(super) added_indexes: Vec<(TableName, Index)>,
    pub(super) added_constraints: Vec<(TableName, Constraint)>,
    /// Foreign keys, with the tables that they refer to.
    pub(super) added_keys: Vec<(TableName, Inbound)>,
    pub(super) added_columns: Vec<(TableName, Ident)>,
    /// What the old release's rows have in them, where that is the same in all.
    pub(super) new_values: Vec<(TableName, NewValue)>,
    pub(super) dropped_constraints: Vec<(TableName, Ident)>,
    pub(super) dropped_indexes: Vec<TableName>,
    pub(super) names: NameHandover,
    /// The user's own SQL in expand so far.
    pub(super) fences: Vec<sequence::Fence>,
    /// Privileges that contract takes away.
    pub(super) revoked: Vec<Privileges>,
    /// What is said of a table's columns and what depends on them: a column that takes another one's place has to hear it
    /// too.
    pub(super) again: Vec<(TableName, String)>,
    /// What is said of a table's columns once they are those of the end.
    pub(super) said_last: Vec<(TableName, String)>,
    /// Columns whose type or values the file has changed.
    pub(super) typed: Vec<(TableName, Ident)>,
    /// Those of them that need no shadow column.
    pub(super) in_place: Vec<(TableName, Ident)>,
    /// Columns whose identity or default changes in contract: what the file says of that below waits as well.
    pub(super) fed_in_contract: Vec<(TableName, Ident)>,
    /// Steps of `finish` that make an index a key: their place, the table, the columns.
    pub(super) attached_keys: Vec<(usize, TableName, Vec<Ident>)>,
    /// Constraints that are made on the columns of the end alone.
    pub(super) copies_only: Vec<(TableName, Ident)>,
    pub(super) objects: ObjectWork,
    /// Changes of rows above.
    pub(super) rows_changed: Vec<RowsChanged>,
    /// Those that can be tried before anything is changed, in order; none for one that can't.
    pub(super) rows_tried: Vec<Option<RowTrial>>,
    /// Where the statement's steps go that would be expand's.
    pub(super) place: Place,
    /// What the statement says about the user's triggers.
    pub(super) triggers: Option<UserTriggers>,
    /// The rules that the statement allows to be broken.
    pub(super) allowed: Vec<String>,
    /// New columns that have a default until contract only, for rows that are written without a value.
    pub(super) lent_defaults: Vec<(TableName, Ident)>,
    /// A name that is free only once contract has dropped what has it.
    pub(super) name_in_the_way: Option<TableName>,
    pub(super) kept_pairs: Vec<super::keep::KeptPair>,
}

/// What expand does, in the order of the file.
pub(super) enum Expansion {
    /// A step.
    Step(Box<Step>),
    /// The shadow columns of a table with their trigger: all that the file needs of them at once, where the last of them
    /// is asked for.
    DualWrites(TableName),
}

/// What dual writes on one table need.
#[derive(Default)]
pub(super) struct ShadowWork {
    pub(super) pairs: Vec<Pair>,
    pub(super) replaced: Vec<Replaced>,
    pub(super) add_columns: Vec<String>,
    pub(super) drop_columns: Vec<String>,
    /// What precedes the new columns in their transaction.
    pub(super) before_add: Vec<String>,
    pub(super) after_add: Vec<String>,
    /// What an undo does once the columns are gone.
    pub(super) undo_last: Vec<String>,
    pub(super) conversions: Vec<PairConversion>,
}

/// What every row that the old release wrote or writes has in a new column.
pub(super) struct NewValue {
    /// The column.
    pub column: Ident,
    /// Its type.
    pub type_: TypeText,
    /// Its default; none leaves it NULL.
    pub default: Option<Expr>,
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

impl Replaced {
    /// Whether contract drops this one of the two columns.
    pub fn goes(&self, column: &Ident) -> bool {
        match self.stays {
            Stays::Old => self.physical == *column,
            Stays::New => self.old == *column,
        }
    }
}

/// Which of two columns in step is there in the end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stays {
    /// The old one, under the new name: whatever depends on it stays as it is.
    Old,
    /// The new one: whatever depends on the old one has to follow.
    New,
}

/// The statements of the contract transaction.
#[derive(Default)]
pub(super) struct ContractTransaction {
    /// Before all others.
    pub(super) first: Vec<String>,
    /// In the order of the file.
    pub(super) parts: Vec<ContractPart>,
    /// Rows that one of them would trip over, or the statements of a release after it.
    pub(super) violations: Option<Violations>,
    /// After all renames, since their text has the last names.
    pub(super) last: Vec<ContractPart>,
    /// Locks of what is not in a part.
    pub(super) locks: Vec<TableLock>,
}

/// What one operation leaves to contract.
pub(super) enum ContractPart {
    /// Statements of the contract transaction.
    Statements {
        /// What they do, for people.
        summary: String,
        /// In order.
        sql: Vec<String>,
        /// The table that they lock, where it can be named.
        table: Option<TableName>,
    },
    /// An index becomes the key that it was built for.
    Key {
        /// In words, for people.
        summary: String,
        /// The statement.
        sql: String,
        /// The table.
        table: TableName,
        /// The index. Where a column of it is replaced, its copy becomes the key instead.
        index: Ident,
    },
    /// A name that the file gives to what had another one until now.
    HandOver(Handover),
    /// The user's own SQL, which no other statement may overtake.
    Own(Box<Step>),
}

impl<'a> Draft<'a> {
    fn new(migration: &'a Migration, catalog: &'a Catalog, context: &'a Context) -> Self {
        Self {
            migration,
            first: catalog,
            now: catalog.clone(),
            later: Vec::new(),
            context,
            span: Span::default(),
            dual_writes: BTreeMap::new(),
            expand: Vec::new(),
            finish: Vec::new(),
            contract: Vec::new(),
            contract_transaction: ContractTransaction::default(),
            fills: Vec::new(),
            trials: Vec::new(),
            tries: Vec::new(),
            recreated_views: Vec::new(),
            changed_at: BTreeMap::new(),
            touches: Vec::new(),
            carries: Vec::new(),
            notes: Vec::new(),
            warnings: Vec::new(),
            dropped_columns: Vec::new(),
            column_changes: Vec::new(),
            added_indexes: Vec::new(),
            added_constraints: Vec::new(),
            added_keys: Vec::new(),
            added_columns: Vec::new(),
            new_values: Vec::new(),
            dropped_constraints: Vec::new(),
            dropped_indexes: Vec::new(),
            names: NameHandover::default(),
            fences: Vec::new(),
            revoked: Vec::new(),
            again: Vec::new(),
            said_last: Vec::new(),
            typed: Vec::new(),
            fed_in_contract: Vec::new(),
            in_place: Vec::new(),
            attached_keys: Vec::new(),
            copies_only: Vec::new(),
            objects: ObjectWork::default(),
            rows_changed: Vec::new(),
            rows_tried: Vec::new(),
            place: Place::default(),
            triggers: None,
            allowed: Vec::new(),
            lent_defaults: Vec::new(),
            name_in_the_way: None,
            kept_pairs: Vec::new(),
        }
    }

    /// An error that blames a part of the file.
    pub fn blame(&self, error: Error, span: Span) -> Error {
        error.at(&self.migration.source, span)
    }

    /// Has the next statement see what this one did.
    ///
    /// # Errors
    /// Exit 23 where it gives something a name that is free only after contract, and can have no other until then.
    fn go_on(&mut self, operation: &Operation) -> Result<()> {
        let before = self.now.relations.clone();
        catalog::apply(&mut self.now, operation);
        self.find_new_keys();
        if let Some(name) = self.name_in_the_way.take() {
            return Err(names::refuse(&name));
        }
        let made = self.now.relations.keys().filter(|name| !before.contains_key(name));
        let taken = |name: &&TableName| self.first.relations.contains_key(name) && !self.names.settles(name);
        match made.into_iter().find(taken) {
            None => Ok(()),
            Some(name) => Err(names::refuse(name)),
        }
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
        self.runs_in(step, self.place);
    }

    /// The shadow columns of a table come where the last of them is asked for: what stands above may be needed by them.
    pub(super) fn dual_writes_here(&mut self, table: &TableName) {
        self.expand.retain(|one| !matches!(one, Expansion::DualWrites(of) if of == table));
        self.expand.push(Expansion::DualWrites(table.clone()));
    }

    /// Adds a step that follows the rows in the backfill stage.
    pub fn after_rows(&mut self, step: Step) {
        match self.place {
            Place::Expand => self.finish.push(step),
            later => self.runs_in(step, later),
        }
    }

    /// Adds the user's own SQL to contract, at this place of the file.
    pub fn own_in_contract(&mut self, step: Step) {
        self.contract_transaction.parts.push(ContractPart::Own(Box::new(step)));
    }

    /// Adds a step that contract begins with.
    pub(super) fn before_contract(&mut self, step: Step) {
        self.contract_transaction.parts.insert(0, ContractPart::Own(Box::new(step)));
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
        self.contract_transaction.parts.push(ContractPart::Statements {
            summary: summary.into(),
            sql: statements.into_iter().collect(),
            table: Some(table.clone()),
        });
    }

    /// Adds statements to the contract transaction that lock no table, or one that can't be locked by name.
    pub fn in_contract_unlocked(
        &mut self,
        summary: impl Into<String>,
        statements: impl IntoIterator<Item = String>,
    ) {
        self.contract_transaction.parts.push(ContractPart::Statements {
            summary: summary.into(),
            sql: statements.into_iter().collect(),
            table: None,
        });
    }

    /// Adds statements to the contract transaction that have to precede all others: they drop what will be recreated
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

    /// A check for rows that a step would trip over, listing them.
    pub fn violations(&self, name: &TableName, rule: impl Into<String>, query: String) -> Violations {
        Violations {
            table: name.clone(),
            rule: rule.into(),
            query,
            old_release: false,
            start: self.span.start,
            end: self.span.end,
            at_its_time: false,
            after_own_sql: self.fences.iter().any(|fence| fence.may_be_about(&name.name)),
        }
    }

    /// What is missing may be made by the user's own SQL above, which midflight can't look into.
    fn behind_own_sql(&self, error: Error, operation: &Operation) -> Error {
        let about = |name: &Ident| self.fences.iter().find(|fence| fence.may_be_about(name));
        let tables = operation.tables().into_iter().map(|table| &table.name);
        let own = own_name(operation).map(Ident::new);
        let column = operation.column_needed().map(|name| &name.value);
        let fence = tables.chain(own.as_ref()).chain(column).find_map(about);
        let Some(fence) = fence.filter(|_| error.kind == Kind::Usage) else { return error };
        let line = self.migration.source.position(fence.span.start).line;
        let message = format!(
            "{}; your own SQL in line {line} may change that, and midflight can't look into it",
            error.message
        );
        let hint = "put what follows that SQL in a migration of its own: it is planned once the SQL has run";
        Error { kind: Kind::Refused, message, ..error }.hint(hint)
    }
}
