//! `UPDATE`, `DELETE` and `INSERT` in a migration file. In which stage they run, and in how many transactions, follows
//! from what they do:
//!
//! - An `INSERT` of values runs in expand, an `UPDATE` and an `INSERT` of a query's rows in backfill, a `DELETE` in
//!   contract: before contract no row that the old release may read goes. `phase` says otherwise.
//! - An `UPDATE` or `DELETE` that looks at one row at a time follows the table's key in batches.
//! - Another one is one transaction, if its tables are small; else it is refused.

use std::collections::BTreeSet;

use crate::catalog::{ConstraintKind, Table};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::expression::{Call, tables_read};
use crate::migration::operation::{Expr, Name, Operation, PlacedSql, UserTriggers};
use crate::migration::rows::{RowChange, RowKind};
use crate::migration::source::{Source, Span};
use crate::migration::statement::{Statement, Write, WriteKind};
use crate::migration::{Columns, insert_columns, names, parse, row_change, takes_every_column};
use crate::pg::functions::is_built_in;
use crate::pg::over_rows::is_over_rows;
use crate::plan::order::RowsChanged;
use crate::plan::planner::Draft;
use crate::plan::rows::{KeyColumn, Place, RowBatches, Verb};
use crate::plan::{LockMode, Mode, Step, TableLock, Work};

/// A table of at most so many bytes is written in one transaction where batches can't do it.
pub(super) const SMALL: i64 = 8 << 20;

/// Types of key columns: their text is the same in every session, and so is their order.
const KEY_TYPES: &[&str] =
    &["smallint", "integer", "bigint", "uuid", "text", "character varying", "numeric", "oid"];

/// Plans a statement that writes rows. False: it writes none, or rows that midflight has no table for.
pub(super) fn plan(
    sql: &str,
    statement: &Statement,
    chosen: Option<Place>,
    draft: &mut Draft<'_>,
) -> Result<bool> {
    let Statement::Write(writes) = statement else { return Ok(false) };
    if writes.iter().any(|write| write.kind == WriteKind::Copy) {
        return Ok(false);
    }
    let named = with_columns(sql, writes, draft)?;
    let found = Found::read(named.as_deref().unwrap_or(sql), writes, draft)?;
    refuse_whole_rows(sql, writes, draft)?;
    let place = found.place(chosen, draft)?;
    let step = match found.in_batches(draft) {
        Ok(batches) => found.step(Some(batches), draft)?,
        Err(why) => {
            found.refuse_large(why, draft)?;
            found.step(None, draft)?
        }
    };
    found.tell(place, draft);
    found.have_tried(draft);
    let fills = found.fills(&step, draft);
    draft.rows_changed.push(RowsChanged {
        place,
        writes: found.writes.clone(),
        names: found.names.clone(),
        adds: found.adds(),
        span: draft.span,
        fills,
    });
    draft.runs_in(step, place);
    Ok(true)
}

/// Plans `phase backfill` of a file, or `rows:` and `backfill:` of its own SQL.
pub(super) fn placed(op: &PlacedSql, sql: &str, chosen: Option<Place>, draft: &mut Draft<'_>) -> Result<()> {
    let wrong = || {
        Err(Error::usage("only statements that change rows can stand here: UPDATE, DELETE, INSERT")
            .hint("say `phase expand` or `phase contract` of any other"))
    };
    let parts = [&op.expand, &op.rows, &op.backfill, &op.contract, &op.rollback];
    if parts.into_iter().flatten().count() > 1 {
        return Err(Error::usage("a change of rows stands alone: the other stages have no part in it")
            .hint("write the others as an entry of their own"));
    }
    let read = parse(Source::new("", sql))?;
    for step in &read.steps {
        let Operation::Unplaced(op) = &step.operation else { return wrong() };
        if !plan(&op.sql, &op.statement, chosen, draft)? {
            return wrong();
        }
    }
    Ok(())
}

/// A row as a whole has columns of midflight's own in it, and those that contract drops.
fn refuse_whole_rows(sql: &str, writes: &[Write], draft: &Draft<'_>) -> Result<()> {
    if !takes_every_column(sql) {
        return Ok(());
    }
    let of_itself = |write: &&Write| matches!(write.kind, WriteKind::Update(_) | WriteKind::Delete(_));
    let own = writes.iter().filter(of_itself).map(|write| &write.table.value);
    let read = writes.iter().flat_map(|write| &write.reads).chain(own).map(|table| draft.resolve(table));
    let changed = |table: &TableName| {
        draft.dual_writes.contains_key(table) || draft.dropped_columns.iter().any(|(of, _)| of == table)
    };
    match read.into_iter().find(changed) {
        None => Ok(()),
        Some(table) => Err(Error::refused(format!(
            "this takes whole rows of `{table}`, whose columns are others until contract"
        ))
        .hint("name the columns; or put it in a migration of its own, which is expanded once this one is contracted")),
    }
}

/// An INSERT without names of columns, with them: where the file changes the columns of the table, the places of the table
/// are those of the file only at the end, if at all.
fn with_columns(sql: &str, writes: &[Write], draft: &Draft<'_>) -> Result<Option<String>> {
    let inserts = |write: &&Write| matches!(write.kind, WriteKind::InsertValues | WriteKind::InsertQuery);
    for write in writes.iter().filter(inserts).filter(|write| write.columns.is_empty()) {
        let name = draft.resolve(&write.table);
        let (Some(first), Some(now)) = (draft.first.tables.get(&name), draft.now.tables.get(&name)) else {
            continue;
        };
        let columns = |table: &Table| table.columns.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
        let in_place = draft.in_place.iter().any(|(table, _)| *table == name);
        if columns(first) == columns(now) && !draft.dual_writes.contains_key(&name) && !in_place {
            continue;
        }
        match insert_columns(sql) {
            Columns::First { head, count: Some(count) } if count <= now.columns.len() => {
                let names = columns(now).iter().take(count).map(ToString::to_string).collect::<Vec<_>>();
                let rest = sql.trim_start().get(head.len()..).unwrap_or_default();
                return Ok(Some(format!("{head} ({}){rest}", names.join(", "))));
            }
            Columns::Named => {}
            Columns::First { .. } => {
                let error = Error::refused(format!(
                    "this INSERT names no columns, and the columns of `{name}` have other places until contract"
                ));
                return Err(draft.blame(error.hint("name the columns: `INSERT INTO t (a, b) …`"), draft.span));
            }
        }
    }
    Ok(None)
}

pub(super) struct Found<'f> {
    pub(super) sql: &'f str,
    kinds: Vec<WriteKind>,
    pub(super) writes: Vec<TableName>,
    /// Those of before the file, with what is known of them.
    pub(super) tables: Vec<(TableName, Table)>,
    pub(super) names: BTreeSet<Ident>,
    pub(super) change: Option<RowChange>,
}

impl<'f> Found<'f> {
    fn read(sql: &'f str, writes: &[Write], draft: &Draft<'_>) -> Result<Self> {
        let mut tables = Vec::new();
        for write in writes {
            let name = draft.resolve(&write.table);
            if draft.is_new(&name) {
                continue;
            }
            let Some(table) = draft.now.tables.get(&name) else {
                if draft.exists(&name) {
                    let error = Error::refused(format!(
                        "`{name}` is no table: midflight can't tell what this changes"
                    ));
                    return Err(error.hint(
                        "name the table; or say `-- midflight: phase expand` or `phase contract`: then it is one transaction",
                    ));
                }
                return Err(draft.blame(draft.no_table(&name), draft.span));
            };
            for column in &write.columns {
                draft.column(&name, table, column).map_err(|error| draft.blame(error, draft.span))?;
            }
            tables.push((name, table.clone()));
        }
        let whole = Source::new("", sql);
        Ok(Self {
            sql,
            kinds: writes.iter().map(|write| write.kind).collect(),
            writes: writes.iter().map(|write| draft.resolve(&write.table)).collect(),
            tables,
            names: names(sql),
            change: if writes.len() == 1 { row_change(&whole, Span::new(0, sql.len())) } else { None },
        })
    }

    /// The columns that it gives values to where they have none, with what does so once more.
    fn fills(&self, step: &Step, draft: &Draft<'_>) -> Vec<(Ident, Step)> {
        let (Some(change), Some(written)) = (&self.change, self.writes.first()) else { return Vec::new() };
        if let Some((column, _)) = change.fills() {
            return vec![(column.value.clone(), step.clone())];
        }
        let Mode::Batches(work) = &step.mode else { return Vec::new() };
        let new = change.sets().into_iter().filter(|column| draft.adds_column(written, column));
        let again = |column: &Name| {
            // Rows that have no value in a new column were written by the old release since.
            let missing = format!("{}.{column} IS NULL", work.known_as);
            let condition = match &work.condition {
                Some(condition) => format!("({condition}\n) AND {missing}"),
                None => missing,
            };
            let again = RowBatches { condition: Some(condition), repeats: true, ..(**work).clone() };
            let all = again.batch(None, &[]);
            let step = Step { mode: Mode::Batches(Box::new(again)), sql: vec![all], ..step.clone() };
            (column.value.clone(), step)
        };
        new.map(again).collect()
    }

    pub(super) fn adds(&self) -> bool {
        let adds = |kind: &WriteKind| !matches!(kind, WriteKind::Update(_) | WriteKind::Delete(_));
        self.kinds.iter().any(adds)
    }

    fn deletes(&self) -> bool {
        self.kinds.iter().any(|kind| matches!(kind, WriteKind::Delete(_)))
    }

    /// The columns that it sets; none where that may be any.
    fn sets(&self) -> Option<Vec<Ident>> {
        let change = self.change.as_ref()?;
        matches!(change.kind, RowKind::Update(_))
            .then(|| change.sets().iter().map(|name| name.value.clone()).collect())
    }

    fn place(&self, chosen: Option<Place>, draft: &Draft<'_>) -> Result<Place> {
        let by_values =
            self.kinds.iter().all(|kind| *kind == WriteKind::InsertValues) && self.reads_nothing(draft);
        let usual = match () {
            () if self.deletes() => Place::Contract,
            () if by_values => Place::Expand,
            () => Place::Backfill,
        };
        let earliest = draft.place_of_rows(&self.writes, &self.names, self.sets().as_deref(), self.adds())?;
        match chosen {
            Some(chosen) if chosen < earliest => {
                let error = Error::refused(format!(
                    "this has to follow what stands above it, which runs in {}",
                    earliest.name()
                ));
                Err(error
                    .hint(format!("say nothing of its phase, and it runs in {}", earliest.max(usual).name())))
            }
            Some(chosen) => Ok(chosen),
            None => Ok(usual.max(earliest)),
        }
    }

    /// Whether an INSERT names no table but its own.
    fn reads_nothing(&self, draft: &Draft<'_>) -> bool {
        let named = draft.now.relations.keys().filter(|table| self.names.contains(&table.name));
        named.into_iter().all(|table| self.writes.contains(table))
    }

    /// The statement in batches, or why it can't be.
    fn in_batches(&self, draft: &Draft<'_>) -> Result<RowBatches, &'static str> {
        let Some(change) = &self.change else { return Err("it is no plain UPDATE or DELETE of one table") };
        if change.returns {
            return Err("it returns rows");
        }
        let Some(expressions) = change.expressions() else { return Err("not all of it can be read") };
        let mut read = Vec::new();
        for expression in expressions {
            read.extend(expression.tables_read().ok_or("not all of it can be read")?);
        }
        if let Some(joined) = &change.joined {
            read.extend(tables_read(&format!("SELECT FROM {joined}")).ok_or("not all of it can be read")?);
        }
        // The table whose rows are passed: that of the change, or the one that rows are taken from.
        let written = draft.resolve(&change.table);
        let name = match &change.kind {
            RowKind::Insert { from, .. } => draft.resolve(from),
            RowKind::Update(_) | RowKind::Delete => written.clone(),
        };
        if let RowKind::Insert { values, .. } = &change.kind {
            let calls = values.iter().flat_map(Expr::calls);
            let by_row = |call: &Call| is_built_in(call.name.as_str()) && !is_over_rows(call.name.as_str());
            if calls.into_iter().any(|call| !by_row(&call)) {
                return Err("it may count or sum up rows");
            }
            read.push(change.table.value.clone());
        }
        let Some(table) = draft.now.tables.get(&name).filter(|_| !draft.is_new(&name)) else {
            return Err("the table is new, or none");
        };
        if read.iter().any(|table| draft.resolve(table) == name) {
            return Err("it looks at other rows of the table that it changes");
        }
        let sets = self.sets().unwrap_or_default();
        let key = key(table).ok_or("the table has no primary key of numbers, texts or UUIDs")?;
        if key.iter().any(|column| sets.contains(&column.name)) {
            return Err("it changes the primary key");
        }
        if self.deletes() && table.referenced_by.iter().any(|key| key.table == name) {
            return Err(
                "the table refers to itself: between two batches a row may refer to one that is gone",
            );
        }
        let unique = |columns: &[Ident]| columns.iter().any(|column| sets.contains(column));
        let indexes = table.indexes.iter().any(|index| index.unique && unique(&index.columns));
        let excludes = table
            .constraints
            .iter()
            .any(|known| known.kind == ConstraintKind::Exclusion && unique(&known.columns));
        if indexes || excludes {
            return Err("it changes columns that have to be unique: between two batches they may not be");
        }
        Ok(RowBatches {
            ordinal: 0,
            table: name,
            writes: written,
            verb: match change.kind {
                RowKind::Update(_) => Verb::Update,
                RowKind::Delete => Verb::Delete,
                RowKind::Insert { .. } => Verb::Insert,
            },
            tail: change.tail.clone(),
            head: change.head.clone(),
            condition: change.condition.as_ref().map(|condition| condition.text().to_owned()),
            known_as: change.known_as.clone(),
            key,
            repeats: change.fills().is_some_and(|(_, value)| !value.has_query() && !draft.is_volatile(value)),
            rows: table.rows as i64,
            triggers: draft.triggers_said(),
        })
    }

    /// A statement of one transaction locks all its rows until it ends: milliseconds on a small table.
    fn refuse_large(&self, why: &str, draft: &Draft<'_>) -> Result<()> {
        let named = draft.now.tables.iter().filter(|(table, _)| self.names.contains(&table.name));
        let Some((large, table)) = named.into_iter().find(|(_, table)| table.bytes > SMALL) else {
            return Ok(());
        };
        if self.kinds.iter().all(|kind| *kind == WriteKind::InsertValues) {
            return Ok(());
        }
        Err(Error::refused(format!(
            "this can't be done in batches ({why}), and `{large}` is too large for one transaction ({} MB)",
            table.bytes >> 20
        ))
        .hint(
            "write it as an UPDATE or DELETE that looks at one row at a time; or, where one long transaction is right, \
             say `-- midflight: phase expand` or `-- midflight: phase contract` above it",
        ))
    }

    fn step(&self, batches: Option<RowBatches>, draft: &Draft<'_>) -> Result<Step> {
        let skip = draft.triggers_said() == Some(UserTriggers::Skip);
        if skip {
            self.refuse_unchecked_keys(draft)?;
        }
        let table = self.writes.first().map(ToString::to_string).unwrap_or_default();
        let what = match () {
            () if self.deletes() => "delete rows of",
            () if self.adds() => "insert rows into",
            () => "update rows of",
        };
        let mut sql = vec![self.sql.to_owned()];
        if skip && batches.is_none() {
            sql.insert(0, "SET LOCAL session_replication_role = replica".to_owned());
        }
        let (mode, how) = match batches {
            Some(batches) => (Mode::Batches(Box::new(batches)), ", in batches"),
            None => (Mode::Transaction, ""),
        };
        let locks = match mode {
            Mode::Batches(_) => self
                .tables
                .iter()
                .map(|(table, _)| TableLock { table: table.clone(), mode: LockMode::RowExclusive })
                .collect(),
            Mode::Transaction | Mode::Alone { .. } => Vec::new(),
        };
        Ok(Step {
            mode,
            locks,
            work: self.left_by_rollback(draft),
            ..Step::free(format!("{what} {table}{how}"), sql, Vec::new())
        })
    }

    /// What becomes of it at a rollback. What goes with a new table or column is done again by the next expand, what stays
    /// is not, and where it is a part of both somebody has to say what is right.
    fn left_by_rollback(&self, draft: &Draft<'_>) -> Work {
        let is_new = |column: &Ident| self.tables.iter().any(|(table, _)| draft.adds_column(table, column));
        let all_new = match self.sets() {
            Some(sets) => sets.iter().all(is_new),
            None => false,
        };
        if self.tables.is_empty() || all_new {
            Work::Scan
        } else if self.names.iter().any(is_new) {
            Work::Unknown
        } else {
            Work::Rows
        }
    }

    /// Skipped triggers are those of foreign keys as well.
    fn refuse_unchecked_keys(&self, draft: &Draft<'_>) -> Result<()> {
        let sets = self.sets();
        let concerned = |columns: &[Ident]| {
            sets.as_ref().is_none_or(|sets| columns.iter().any(|column| sets.contains(column)))
        };
        for (name, table) in &self.tables {
            let outgoing = table.constraints.iter().any(|known| {
                known.kind == ConstraintKind::ForeignKey && !self.deletes() && concerned(&known.columns)
            });
            let incoming = table.referenced_by.iter().any(|key| concerned(&key.columns)) && !self.adds();
            if outgoing || incoming {
                let error = Error::refused(format!(
                    "`triggers skip` would skip the foreign keys of `{name}` as well"
                ));
                let error = error.hint("leave it out: your triggers fire as they do in psql; or have them look at a setting of your own");
                return Err(draft.blame(error, draft.span));
            }
        }
        Ok(())
    }

    /// What nobody would guess.
    fn tell(&self, place: Place, draft: &mut Draft<'_>) {
        let Some(table) = self.writes.first().filter(|table| !draft.is_new(table)).cloned() else { return };
        for table in &self.writes {
            draft.touch(table, None);
        }
        let line = draft.migration.source.position(draft.span.start).line;
        if place < Place::Contract && self.left_by_rollback(draft) != Work::Scan {
            draft.warn(
                false,
                format!("a rollback leaves what the statement in line {line} does to rows of {table}"),
            );
        }
        if place == Place::Backfill && !self.deletes() && !self.adds() {
            draft.note(format!(
                "rows of {table} that the running release writes after the statement in line {line} has passed them do not get \
                 its values; a new column is kept in step until contract where the file says so: `-- midflight: up COLUMN = \
                 EXPRESSION` above its ADD COLUMN"
            ));
        }
    }
}

/// A key whose order and whose text are the same in every session.
fn key(table: &Table) -> Option<Vec<KeyColumn>> {
    let key: Option<Vec<KeyColumn>> = table
        .key()
        .into_iter()
        .map(|name| {
            let type_ = &table.column(&name)?.type_info.base;
            KEY_TYPES.contains(&type_.as_str()).then(|| KeyColumn { name, type_: type_.clone() })
        })
        .collect();
    key.filter(|key| !key.is_empty())
}
