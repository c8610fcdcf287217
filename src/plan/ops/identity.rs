//! Columns that get their values from PostgreSQL. What only allows more comes in expand, what takes something away in
//! contract. A column that has a default, or another identity, until then can't have the new one beside it: that change is
//! contract's as a whole, with everything that the file says about it.

use crate::catalog::made::sequence_name;
use crate::catalog::{Column, Generated, Identity, Sequence, Table};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName, literal};
use crate::migration::identity::{
    AddIdentity, DropGeneration, Generation, IdentityChange, IdentityClause, OptionKind, SetIdentity,
};
use crate::migration::object::{ObjectKind, ObjectName, ObjectRef};
use crate::migration::operation::{Name, Operation, TableRef};
use crate::migration::source::Located;
use crate::migration::{generation, identity_changes, sequence_options};
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Step, Trial, Violations};

/// Above this many pages nobody waits for a scan that looks for the greatest value.
const PAGES_TO_SCAN: i64 = 1000;

/// The column that a statement is about.
struct Fed {
    table_name: TableName,
    table: Table,
    column: Column,
    /// The same before the file.
    first: Option<Column>,
    /// Whether the file changes in contract where its values come from.
    waits: bool,
}

impl Fed {
    fn find(table: &Located<TableRef>, column: &Name, draft: &Draft<'_>) -> Result<Self> {
        let (table_name, table) = draft.table(table)?;
        let found = draft.column(&table_name, &table, column)?.clone();
        draft.there_before(&table_name, column)?;
        let first = draft.first.tables.get(&table_name).and_then(|table| table.column(&found.name)).cloned();
        let waits = draft.is_fed_in_contract(&table_name, &found.name);
        if draft.changes_type(&table_name, &found.name) || draft.goes_below(&table_name, &found.name) {
            let error = Error::refused(format!(
                "column `{}` of `{table_name}` gets other values and another type or name in one file",
                found.name.as_str()
            ));
            let hint = "put the two statements in two migrations; the second is expanded after the first is contracted";
            return Err(draft.blame(error.hint(hint), column.span));
        }
        Ok(Self { table_name, table, column: found, first, waits })
    }

    fn alter(&self, action: &str) -> String {
        format!("ALTER TABLE {} ALTER COLUMN {} {action}", self.table_name, self.column.name)
    }

    fn summary(&self, what: &str) -> String {
        format!("{what} {}.{}", self.table_name, self.column.name)
    }

    /// Whether the greatest value is found without reading the whole table for long.
    fn is_ordered(&self) -> bool {
        let leads = |parts: &[Option<Ident>]| parts.first() == Some(&Some(self.column.name.clone()));
        self.table.pages <= PAGES_TO_SCAN
            || self.table.indexes.iter().any(|index| index.valid && leads(&index.parts))
    }

    /// Rows that have what the sequence is about to give.
    fn ahead(&self, start: i64, descends: bool, draft: &Draft<'_>) -> Violations {
        let (name, column) = (&self.table_name, &self.column.name);
        let operator = if descends { "<=" } else { ">=" };
        let rule = format!(
            "the sequence of `{name}.{column}` would begin at {start}, and these rows have that value or a later one: an INSERT \
             that leaves the column out would give it again. Say in the file where it begins, such as `SELECT \
             setval(pg_get_serial_sequence({}, {}), (SELECT max({column}) FROM {name}))`",
            literal(&name.to_string()),
            literal(column.as_str()),
        );
        let key = Draft::row_name(&self.table);
        draft.violations(
            name,
            rule,
            format!("SELECT {key} FROM {name} WHERE {column} {operator} {start} LIMIT 20"),
        )
    }

    /// Has a new sequence begin after what has been written since the file was tried.
    fn skip_to_the_last(&self, sequence: &TableName, start: i64, descends: bool) -> Option<String> {
        let (most, operator) = if descends { ("min", "<=") } else { ("max", ">=") };
        self.is_ordered().then(|| {
            format!(
                "SELECT pg_catalog.setval({}::pg_catalog.regclass, last) FROM (SELECT pg_catalog.{most}({}) AS last FROM {}) \
                 AS written WHERE last {operator} {start}",
                literal(&sequence.to_string()),
                self.column.name,
                self.table_name
            )
        })
    }
}

fn always(kind: Identity) -> &'static str {
    match kind {
        Identity::Always => "ALWAYS",
        Identity::ByDefault => "BY DEFAULT",
    }
}

/// `AS IDENTITY` with the sequence's name and options, as a column takes it.
pub(super) fn as_identity(kind: Identity, sequence: &TableName, clause: &IdentityClause) -> String {
    format!("GENERATED {} AS IDENTITY (SEQUENCE NAME {sequence}{})", always(kind), clause.written_options())
}

pub(super) fn sequence_object(name: &TableName) -> ObjectName {
    let written = TableRef { schema: Some(name.schema.clone()), name: name.name.clone() };
    ObjectRef::plain(ObjectKind::Sequence, &written).in_schema(&name.schema)
}

pub(super) fn add(op: &AddIdentity, draft: &mut Draft<'_>) -> Result<()> {
    let fed = Fed::find(&op.table, &op.column, draft)?;
    let Some(Generation::Identity(clause)) = generation(&op.generated) else {
        let error = Error::usage(format!("`GENERATED {}` can't be read", op.generated));
        return Err(draft.blame(error, op.generated.span));
    };
    let column = &fed.column;
    let problem = if column.identity.is_some() {
        Some("is an identity column already")
    } else if column.generated.is_some() {
        Some("is a generated column")
    } else if column.default.is_some() {
        Some("has a default, which has to be dropped first")
    } else if !column.not_null {
        Some("has to be NOT NULL first")
    } else if !["smallint", "integer", "bigint"].contains(&column.type_info.base.as_str()) {
        Some("is no smallint, integer or bigint")
    } else {
        None
    };
    if let Some(problem) = problem {
        let error =
            Error::usage(format!("column `{}` of `{}` {problem}", op.column.as_str(), fed.table_name));
        return Err(draft.blame(error, op.column.span));
    }
    let sequence = sequence_name(&draft.now, &op.table, &op.column, clause.sequence.as_ref());
    if draft.exists(&sequence) {
        let error = Error::usage(format!("a relation named `{sequence}` exists already"));
        return Err(draft.blame(error, op.generated.span));
    }
    draft.try_sequence(&op.column, &column.type_info.base, &clause.written_options(), "");
    draft.touch(&fed.table_name, Some(&op.column));
    let object = sequence_object(&sequence);
    draft.touch_object(&object);
    let placed = draft.places_sequence_below(&fed.table_name, &op.column, &sequence);
    let (start, descends) = (clause.start(), clause.descends());
    let skip = if placed { None } else { fed.skip_to_the_last(&sequence, start, descends) };
    let violations = (!placed).then(|| fed.ahead(start, descends, draft));
    let kind = if clause.always { Identity::Always } else { Identity::ByDefault };
    let as_written = fed.alter(&format!("ADD {}", as_identity(kind, &sequence, &clause)));
    let fed_before =
        fed.first.as_ref().is_none_or(|first| first.default.is_some() || first.identity.is_some());
    let nullable = fed.first.as_ref().is_some_and(|first| !first.not_null);
    if fed.waits || fed_before || nullable {
        draft.feeds_in_contract(&fed.table_name, &op.column);
        draft.wait_for(&object);
        if let Some(violations) = violations {
            draft.contract_violations(violations);
        }
        let sql = std::iter::once(as_written).chain(skip);
        draft.in_contract(fed.summary("make an identity column of"), &fed.table_name, sql);
        return Ok(());
    }
    draft.add_object(&object);
    let loose = fed.alter(&format!("ADD {}", as_identity(Identity::ByDefault, &sequence, &clause)));
    let sql = std::iter::once(loose).chain(skip).collect();
    draft.note(format!(
        "from expand on {}.{} has a sequence, which doesn't know of values that a release writes itself",
        fed.table_name, op.column
    ));
    draft.expand(Step {
        violations,
        ..Step::catalog_only(
            fed.summary("make an identity column of"),
            &fed.table_name,
            LockMode::AccessExclusive,
            sql,
            vec![fed.alter("DROP IDENTITY IF EXISTS")],
        )
    });
    if clause.always {
        always_from_contract(&fed, draft);
    }
    Ok(())
}

/// The old release may write the column itself.
fn always_from_contract(fed: &Fed, draft: &mut Draft<'_>) {
    draft.warn(
        true,
        format!(
            "from contract on {}.{} is GENERATED ALWAYS: a statement that writes it fails (SQLSTATE 428C9) unless it says \
             OVERRIDING SYSTEM VALUE",
            fed.table_name, fed.column.name
        ),
    );
    let sql = fed.alter("SET GENERATED ALWAYS");
    draft.in_contract(fed.summary("generate always"), &fed.table_name, [sql]);
}

fn not_an_identity(fed: &Fed, column: &Name, draft: &Draft<'_>) -> Error {
    let error =
        Error::usage(format!("column `{}` of `{}` is no identity column", column.as_str(), fed.table_name));
    draft.blame(error, column.span)
}

pub(super) fn set(op: &SetIdentity, draft: &mut Draft<'_>) -> Result<()> {
    let fed = Fed::find(&op.table, &op.column, draft)?;
    let Some(kind) = fed.column.identity else { return Err(not_an_identity(&fed, &op.column, draft)) };
    let Some(changes) = identity_changes(&op.to) else {
        let error = Error::usage(format!("`{}` can't be read", op.to));
        return Err(draft.blame(error, op.to.span));
    };
    draft.touch(&fed.table_name, Some(&op.column));
    if fed.waits {
        let sql = fed.alter(&op.to);
        draft.in_contract(fed.summary("change the identity of"), &fed.table_name, [sql]);
        return Ok(());
    }
    set_options(op, &fed, &changes, draft);
    let to = changes.iter().rev().find_map(|change| match change {
        IdentityChange::Generated { always } => Some(*always),
        IdentityChange::Option(_) => None,
    });
    match (to, kind) {
        (Some(true), Identity::ByDefault) => always_from_contract(&fed, draft),
        (Some(false), Identity::Always) => {
            let step = loosen(&fed);
            draft.expand(step);
        }
        (Some(true), Identity::Always) | (Some(false), Identity::ByDefault) | (None, _) => {}
    }
    Ok(())
}

/// Lets a release write the column itself.
fn loosen(fed: &Fed) -> Step {
    Step::catalog_only(
        fed.summary("let statements write"),
        &fed.table_name,
        LockMode::AccessExclusive,
        vec![fed.alter("SET GENERATED BY DEFAULT")],
        vec![fed.alter("SET GENERATED ALWAYS")],
    )
}

fn set_options(op: &SetIdentity, fed: &Fed, changes: &[IdentityChange], draft: &mut Draft<'_>) {
    let options = changes.iter().filter_map(|change| match change {
        IdentityChange::Option(option) => Some(option),
        IdentityChange::Generated { .. } => None,
    });
    let options: Vec<_> = options.collect();
    if options.is_empty() {
        return;
    }
    let written = |option: &&crate::migration::identity::SequenceOption| match option.kind {
        OptionKind::Restart => option.text.clone(),
        OptionKind::Type | OptionKind::Start | OptionKind::Increment | OptionKind::Other => {
            format!("SET {}", option.text)
        }
    };
    let sql = options.iter().map(written).collect::<Vec<_>>().join(" ");
    let sequence = fed.table.sequences.iter().find(|one| one.column == fed.column.name);
    let number = |kind: OptionKind| {
        options.iter().rev().find(|option| option.kind == kind).and_then(|option| option.number)
    };
    let restarts = options.iter().rev().find(|option| option.kind == OptionKind::Restart);
    if let Some(sequence) = sequence.filter(|one| draft.first.relations.contains_key(&one.name)) {
        let changes: Vec<&str> = options.iter().map(|option| option.text.as_str()).collect();
        draft.try_sequence(&op.column, &sequence.type_, &former(sequence, ""), &changes.join(" "));
    }
    let summary = fed.summary("change the sequence of");
    if let (Some(restart), Some(sequence)) = (restarts, sequence) {
        // No rollback could bring the counter back to where it would be then.
        let start = restart.number.or(number(OptionKind::Start)).unwrap_or(sequence.start);
        let descends = number(OptionKind::Increment).unwrap_or(sequence.increment) < 0;
        let mut statements = vec![fed.alter(&sql)];
        if !draft.places_sequence_below(&fed.table_name, &op.column, &sequence.name) {
            let ahead = fed.ahead(start, descends, draft);
            draft.contract_violations(ahead);
            statements.extend(fed.skip_to_the_last(&sequence.name, start, descends));
        }
        draft.feeds_in_contract(&fed.table_name, &op.column);
        draft.in_contract(summary, &fed.table_name, statements);
        return;
    }
    let there = |sequence: &&Sequence| draft.first.relations.contains_key(&sequence.name);
    let undo = sequence.filter(there).map(|sequence| fed.alter(&former(sequence, "SET ")));
    draft.expand(Step::catalog_only(
        summary,
        &fed.table_name,
        LockMode::AccessExclusive,
        vec![fed.alter(&sql)],
        undo.into_iter().collect(),
    ));
}

/// What a sequence is set to.
fn former(sequence: &Sequence, set: &str) -> String {
    let Sequence { start, increment, min, max, cache, cycle, .. } = sequence;
    let cycle = if *cycle { "CYCLE" } else { "NO CYCLE" };
    format!(
        "{set}START WITH {start} {set}INCREMENT BY {increment} {set}MINVALUE {min} {set}MAXVALUE {max} {set}CACHE {cache} {set}{cycle}"
    )
}

/// The old release lets PostgreSQL give the value, the new one writes it.
pub(super) fn drop(op: &DropGeneration, draft: &mut Draft<'_>) -> Result<()> {
    let fed = Fed::find(&op.table, &op.column, draft)?;
    let Some(kind) = fed.column.identity else {
        if op.if_exists {
            draft.note(format!("{}.{} is no identity column", fed.table_name, op.column));
            return Ok(());
        }
        return Err(not_an_identity(&fed, &op.column, draft));
    };
    draft.touch(&fed.table_name, Some(&op.column));
    if kind == Identity::Always && !fed.waits {
        let step = loosen(&fed);
        draft.expand(step);
    }
    draft.feeds_in_contract(&fed.table_name, &op.column);
    draft.warn(
        true,
        format!(
            "from contract on no sequence feeds {}.{}: a statement that leaves it out fails (SQLSTATE 23502), unless the file \
             gives it a default",
            fed.table_name, op.column
        ),
    );
    let sql = fed.alter("DROP IDENTITY IF EXISTS");
    draft.in_contract(fed.summary("drop the identity of"), &fed.table_name, [sql]);
    Ok(())
}

pub(super) fn drop_expression(op: &DropGeneration, draft: &mut Draft<'_>) -> Result<()> {
    let fed = Fed::find(&op.table, &op.column, draft)?;
    match fed.column.generated {
        Some(Generated::Stored) => {}
        Some(Generated::Virtual) => {
            let error =
                Error::usage(format!("column `{}` is virtual: there are no values to keep", op.column));
            return Err(draft.blame(error, op.column.span));
        }
        None if op.if_exists => {
            draft.note(format!("{}.{} is no generated column", fed.table_name, op.column));
            return Ok(());
        }
        None => {
            let error = Error::usage(format!("column `{}` is no generated column", op.column));
            return Err(draft.blame(error, op.column.span));
        }
    }
    draft.touch(&fed.table_name, Some(&op.column));
    draft.feeds_in_contract(&fed.table_name, &op.column);
    let column = format!("{}.{}", fed.table_name, op.column);
    draft.note(format!(
        "until contract PostgreSQL computes {column}, and a statement that writes it fails (SQLSTATE 428C9)"
    ));
    draft.warn(true, format!("from contract on {column} holds what is written to it: nothing computes it"));
    let sql = fed.alter("DROP EXPRESSION IF EXISTS");
    draft.in_contract(fed.summary("drop the expression of"), &fed.table_name, [sql]);
    Ok(())
}

impl Draft<'_> {
    /// Has the server judge the options of a sequence, on one that lives for a moment, before anything is changed.
    pub(super) fn try_sequence(&mut self, column: &Ident, type_: &str, options: &str, changes: &str) {
        let name = format!("midflight_sequence_{}", self.trials.len());
        let (start, end) = (self.span.start, self.span.end);
        let what = format!("what is written of the sequence of `{}`", column.as_str());
        let mut run = |sql: String| {
            self.trials.push(Trial {
                what: what.clone(),
                offset: sql.len(),
                sql,
                expression: String::new(),
                start,
                end,
                function: String::new(),
                instead: None,
            });
        };
        run(format!("CREATE TEMPORARY SEQUENCE {name} AS {type_} {options}"));
        if !changes.is_empty() {
            run(format!("ALTER SEQUENCE pg_temp.{name} {changes}"));
        }
    }

    /// Whether the file changes in contract where a column's values come from.
    pub(super) fn is_fed_in_contract(&self, table: &TableName, column: &Ident) -> bool {
        self.fed_in_contract.iter().any(|(of, name)| of == table && name == column)
    }

    /// Remembers that.
    pub(super) fn feeds_in_contract(&mut self, table: &TableName, column: &Ident) {
        if !self.is_fed_in_contract(table, column) {
            self.fed_in_contract.push((table.clone(), column.clone()));
        }
    }

    /// Has rows looked for that stand in contract's way.
    fn contract_violations(&mut self, violations: Violations) {
        self.contract_transaction.violations.get_or_insert(violations);
    }

    /// Whether a statement below drops or renames a column, or computes others from it in its place.
    fn goes_below(&self, table: &TableName, column: &Ident) -> bool {
        let ours = |of: &TableRef| self.resolve(of) == *table;
        self.later.iter().any(|operation| match operation {
            Operation::DropColumn(op) => ours(&op.table) && op.column.value == *column,
            Operation::RenameColumn(op) => ours(&op.table) && op.column.value == *column,
            Operation::TransformColumns(op) => {
                ours(&op.table) && op.from.iter().any(|name| name.value == *column)
            }
            _ => false,
        })
    }

    /// Whether the file gives a column an identity below.
    pub(super) fn makes_identity_below(&self, table: &TableName, column: &Ident) -> bool {
        self.later.iter().any(|operation| match operation {
            Operation::AddIdentity(op) => self.resolve(&op.table) == *table && op.column.value == *column,
            _ => false,
        })
    }

    /// Whether a statement below says where a column's sequence goes on.
    fn places_sequence_below(&self, table: &TableName, column: &Ident, sequence: &TableName) -> bool {
        let restarts = |options: &str| {
            let options = sequence_options(options).unwrap_or_default();
            options.iter().any(|option| option.kind == OptionKind::Restart)
        };
        self.later.iter().any(|operation| match operation {
            Operation::SetIdentity(op) => {
                let changes = identity_changes(&op.to).unwrap_or_default();
                let restart = |change: &IdentityChange| {
                    matches!(change, IdentityChange::Option(option) if option.kind == OptionKind::Restart)
                };
                self.resolve(&op.table) == *table
                    && op.column.value == *column
                    && changes.iter().any(restart)
            }
            Operation::AlterSequence(op) => self.resolve(&op.name) == *sequence && restarts(&op.options),
            Operation::Unplaced(op) => super::sequence_value::sets_one(op),
            _ => false,
        })
    }
}
