//! How the rows of a table are converted, which of them still have to be, and which are wrong.

use super::compare::differs;
use super::dual_write::{Derived, DualWrite, Pair};
use super::marker::{self, BOTH, FROM_NEW, FROM_OLD, Marker};
use super::planner::{Draft, ShadowWork};
use super::{Conversion, Step, Work};
use crate::catalog::{Table, TypeInfo};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName, literal};
use crate::pg::LockMode;
use crate::pg::null::{given, missing};
use crate::pg::types::Type;

/// Of 1,600 attribute numbers that a table has for all its life (manual, "PostgreSQL Limits"), those that may be in use
/// after expand: what is left is the application's.
const MOST_ATTRIBUTES: usize = 1500;

/// How one pair's rows are judged and converted.
pub struct PairConversion {
    /// New columns with their final `NOT NULL`.
    pub columns: Vec<NewSide>,
    /// What verification asks of them.
    pub check: Check,
}

/// What verification asks of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// The new side is what `up` makes of the old one, or the old side what `down` makes of the new one, or both were
    /// written.
    Values,
    /// The new side has a value where `up` gives one: computed a second time, it would be another one.
    Filled,
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

impl Draft<'_> {
    /// Adds a column that dual writes fill: `definition` without NOT NULL and DEFAULT. Its type's own default would fill
    /// every row that is there, so it is spelled away; [`Draft::own_default`] gives it back.
    pub fn shadow_column(
        &mut self,
        table: &TableName,
        column: &Ident,
        definition: &str,
        type_info: &TypeInfo,
        after_add: Vec<String>,
    ) -> Result<()> {
        let definition = self.without_default(definition, type_info)?;
        let first = self.first.tables.get(table);
        let in_flight = first.is_some_and(|first| first.triggers.iter().any(|trigger| trigger.ours));
        if first.is_some_and(|first| first.column(column).is_some()) && !in_flight {
            let error = Error::refused(format!(
                "`{table}` has a column `{}`, and midflight needs the name until contract",
                column.as_str()
            ));
            return Err(error.hint("rename or drop that column in an earlier migration"));
        }
        self.add_column(table, column);
        self.dual_writes_here(table);
        self.tries(table, format!("ADD COLUMN {column} {definition}"));
        let work = self.dual_writes.entry(table.clone()).or_default();
        work.add_columns.push(format!("ADD COLUMN {column} {definition}"));
        work.drop_columns.push(format!("DROP COLUMN IF EXISTS {column}"));
        work.after_add.extend(after_add);
        Ok(())
    }

    /// A column's definition by which it has no default, whatever its type says.
    ///
    /// # Errors
    /// Exit 23 for a base type with a default: PostgreSQL takes `DEFAULT NULL` for no word about it.
    pub(super) fn without_default(&self, definition: &str, type_info: &TypeInfo) -> Result<String> {
        match (&type_info.default, type_info.domain) {
            (_, true) => Ok(format!("{definition} DEFAULT NULL")),
            (None, false) => Ok(definition.to_owned()),
            (Some(_), false) => Err(Error::refused(format!(
                "`{}` is a type with a default, which every row would get at once",
                type_info.base
            ))
            .hint("use a domain over a type without one, or give the type no default")),
        }
    }

    /// The statement that gives a column its type's default back, where it was spelled away.
    pub(super) fn own_default(table: &TableName, column: &Ident, type_info: &TypeInfo) -> Option<String> {
        type_info.domain.then(|| format!("ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT"))
    }

    /// Adds a marker column for a pair that is about to be kept in step. `nulls` are the numbers of its new columns into
    /// which NULL counts as written.
    ///
    /// # Errors
    /// Exit 23 for more columns than it has bits.
    pub(super) fn marker(&mut self, table: &TableName, nulls: Vec<usize>) -> Result<Marker> {
        if nulls.iter().any(|number| *number > marker::MOST_NULLS) {
            return Err(Error::refused("`nulls … written` is said of too many columns of one change")
                .hint("put some of the columns in a migration of their own"));
        }
        let slug = self.slug(table);
        let work = self.dual_writes.entry(table.clone()).or_default();
        let column = Ident::new(format!("_midflight_done_{slug}_{}", work.pairs.len()));
        work.add_columns.push(format!("ADD COLUMN {column} {}", marker::TYPE));
        work.drop_columns.push(format!("DROP COLUMN IF EXISTS {column}"));
        Ok(Marker { column, nulls })
    }

    /// Keeps two sides of a table in step, and has the rows that are there converted.
    ///
    /// # Errors
    /// Exit 23 where a column is on two sides, or where a column that both releases write alone would have to change one
    /// of the sides.
    pub fn dual_write(&mut self, table: &TableName, pair: Pair, conversion: PairConversion) -> Result<()> {
        if let Some(known) = self.first.tables.get(table) {
            self.refuse_typed(table, known)?;
        }
        self.dual_writes_here(table);
        refuse_kept_inputs(table, &pair)?;
        let work = self.dual_writes.entry(table.clone()).or_default();
        if let Some(column) = work.pairs.iter().find_map(|other| shared(other, &pair)) {
            return Err(Error::refused(format!(
                "column `{}` of `{table}` is changed twice in one migration",
                column.as_str()
            ))
            .hint("put the second change in a migration of its own, after this one"));
        }
        // What is only computed comes last: the others may have to set its sources first.
        let computed = pair.is_computed();
        let at =
            work.pairs.iter().position(|other| !computed && other.is_computed()).unwrap_or(work.pairs.len());
        work.pairs.insert(at, pair);
        work.conversions.insert(at, conversion);
        Ok(())
    }

    /// Whether the values of a column, new ones included, are rows.
    pub(super) fn holds_rows(&self, table: &TableName, column: &Ident) -> bool {
        let known = self.now.tables.get(table).and_then(|table| table.column(column));
        let new = || {
            let work = self.dual_writes.get(table)?;
            let mut sides = work.conversions.iter().flat_map(|conversion| &conversion.columns);
            sides.find(|side| side.physical == *column).map(|side| side.type_info.composite)
        };
        known.map(|column| column.type_info.composite).or_else(new).unwrap_or_default()
    }

    /// Refuses columns beyond those that a table may get in its life.
    pub(super) fn refuse_attributes(table: &TableName, found: &Table, work: &ShadowWork) -> Result<()> {
        let used = usize::try_from(found.attributes).unwrap_or_default() + work.add_columns.len();
        if used <= MOST_ATTRIBUTES {
            return Ok(());
        }
        Err(Error::refused(format!(
            "`{table}` has used {} of 1600 attribute numbers, those of dropped columns included: the {} more that this takes \
             for good would pass {MOST_ATTRIBUTES}",
            found.attributes,
            work.add_columns.len()
        ))
        .hint("only a new table has new numbers: `CREATE TABLE … (LIKE … INCLUDING ALL)`, copy the rows, and change the names"))
    }

    /// Fills a new column's rows by an expression, without a trigger: its default serves the rows to come, and marks them,
    /// where NULL is a value like others.
    pub fn fill(&mut self, table_name: &TableName, table: &Table, side: &NewSide, expression: &str) {
        let column = &side.physical;
        let empty = missing(column, side.type_info.composite);
        let mut assignments = format!("{column} = {expression}");
        let mut pending = empty.clone();
        if !side.not_null {
            let marker =
                Ident::new(format!("_midflight_done_{}_f{}", self.slug(table_name), self.fills.len()));
            pending = format!("{marker} IS NULL AND {empty}");
            assignments = format!("{assignments}, {marker} = {FROM_OLD}");
            let alter = |action: String| format!("ALTER TABLE {table_name} {action}");
            self.expand(Step::catalog_only(
                format!("mark rows of {table_name} that need no {column}"),
                table_name,
                LockMode::AccessExclusive,
                vec![
                    alter(format!("ADD COLUMN {marker} {}", marker::TYPE)),
                    alter(format!("ALTER COLUMN {marker} SET DEFAULT {FROM_OLD}")),
                ],
                vec![alter(format!("DROP COLUMN IF EXISTS {marker}"))],
            ));
            let drop = alter(format!("DROP COLUMN {marker}"));
            self.in_contract(format!("{table_name} needs no mark of converted rows"), table_name, [drop]);
        }
        self.fills.push(Conversion {
            table: table_name.clone(),
            assignments,
            // A nullable column may be set to NULL by the new release, and then that is right.
            wrong: if side.not_null { pending.clone() } else { "false".to_owned() },
            candidates: Some(pending.clone()),
            pending,
            both: None,
            probe: Vec::new(),
            rejected: None,
            key: Self::row_name(table),
            columns: vec![side.physical.clone()],
            rows: table.rows as i64,
            bytes: table.bytes,
            index_bytes: table.index_bytes,
            triggers: self.user_triggers(table_name),
            sources: Vec::new(),
            by_partition: table.partitioning.is_some(),
        });
    }

    /// The text expression that names a row of a table in reports.
    pub fn row_name(table: &Table) -> String {
        let key = table.key();
        if key.is_empty() && table.partitioning.is_some() {
            return "pg_catalog.format('ctid=%s in %s', ctid, tableoid::pg_catalog.regclass)".to_owned();
        }
        if key.is_empty() {
            return "pg_catalog.format('ctid=%s', ctid)".to_owned();
        }
        let named: Vec<String> =
            key.iter().map(|column| format!("{}=%s", column.as_str().replace('%', "%%"))).collect();
        let values: Vec<String> = key.iter().map(ToString::to_string).collect();
        format!("pg_catalog.format({}, {})", literal(&named.join(", ")), values.join(", "))
    }
}

/// A column for which two pairs want different things. Several may compute from one column, also from one that only gets
/// another name.
fn shared(one: &Pair, other: &Pair) -> Option<Ident> {
    let sides =
        |pair: &Pair| -> Vec<Ident> { pair.old.iter().chain(&pair.new).map(|v| v.column.clone()).collect() };
    let reads =
        |pair: &Pair, column: &Ident| pair.is_computed() && pair.old.iter().any(|v| v.column == *column);
    let lets_read = |pair: &Pair, column: &Ident| {
        reads(pair, column) || pair.same_value && pair.old.iter().any(|v| v.column == *column)
    };
    let both = sides(one);
    sides(other).into_iter().filter(|column| both.contains(column)).find(|column| {
        let fine =
            reads(one, column) && lets_read(other, column) || lets_read(one, column) && reads(other, column);
        !fine
    })
}

/// A column that stays belongs to both releases. Where an expression reads it, a write to it alone means two things: the
/// old release means the old side as it is, the new one the new side as it is. The trigger can't know who wrote. Nobody
/// writes a hidden side, and what is only computed has no way back.
fn refuse_kept_inputs(table: &TableName, pair: &Pair) -> Result<()> {
    if pair.hidden || pair.down.is_empty() {
        return Ok(());
    }
    let own = |column: &Ident| {
        let goes = pair.down.iter().any(|derived| derived.target == *column);
        goes || pair.new.iter().any(|variable| variable.column == *column)
    };
    let mut read = pair.up.iter().chain(&pair.down);
    let kept = read.find_map(|derived| Some((derived, derived.inputs.iter().find(|v| !own(&v.column))?)));
    let Some((derived, kept)) = kept else { return Ok(()) };
    let (what, kept) = (&derived.written.what, kept.name.as_str());
    Err(Error::refused(format!(
        "{what} reads `{kept}`, which stays in `{table}`: when `{kept}` alone is written, the old release means that the old \
         column stays as it is, the new one that the new column does, and midflight can't tell who wrote"
    ))
    .hint(
        "let the new column hold what it needs of the old ones alone; or add it with `add_column` and `up`, let the new release \
         write both, and drop the old one in a later migration, once no release uses it",
    ))
}

/// One pair with what its rows are judged by.
struct Judged<'j> {
    at: usize,
    pair: &'j Pair,
    judged: &'j PairConversion,
    dual: &'j DualWrite<'j>,
    /// Rows may have been converted by another `up`.
    again: bool,
}

impl Judged<'_> {
    fn call(&self, column: &NewSide) -> String {
        self.dual.up_call(self.at, &column.physical)
    }

    /// True for rows that may be pending, without a call of `up`, which may fail.
    fn candidate(&self) -> String {
        let empty = self.pair.empty("");
        match (&self.pair.marker, self.again) {
            (Some(marker), false) => format!("{} IS NULL AND {empty}", marker.column),
            (Some(marker), true) => {
                format!("({m} IS NULL AND {empty} OR {m} = {FROM_OLD})", m = marker.column)
            }
            (None, true) if self.pair.hidden => "true".to_owned(),
            (None, _) => empty,
        }
    }

    /// True for rows that are pending; those too that hold what another `up` has made of the old side. What the new release
    /// wrote, it has not.
    fn pending(&self) -> String {
        let untouched = Judged { again: false, ..*self };
        match &self.pair.marker {
            _ if !self.again => self.waits(),
            Some(marker) => {
                format!(
                    "({} OR {} = {FROM_OLD} AND ({}))",
                    untouched.waits(),
                    marker.column,
                    self.new_differs()
                )
            }
            None if self.pair.hidden => format!("({})", self.new_differs()),
            None => untouched.waits(),
        }
    }

    fn waits(&self) -> String {
        let gives: Vec<String> = self
            .judged
            .columns
            .iter()
            .map(|column| given(self.call(column), column.type_info.composite))
            .collect();
        format!("({} AND ({}))", self.candidate(), gives.join(" OR "))
    }

    fn assignments(&self, several: bool) -> Vec<String> {
        let candidate = if self.again { self.pending() } else { self.candidate() };
        // Another pair may be the one that is pending: what is filled already stays.
        let set = |column: &Ident, value: String| {
            if several {
                format!("{column} = CASE WHEN {candidate} THEN {value} ELSE {column} END")
            } else {
                format!("{column} = {value}")
            }
        };
        let columns = self.judged.columns.iter().map(|column| set(&column.physical, self.call(column)));
        let marker = self.pair.marker.as_ref().map(|marker| set(&marker.column, FROM_OLD.to_string()));
        columns.chain(marker).collect()
    }

    /// True where the new side is not what `up` makes of the old one.
    fn new_differs(&self) -> String {
        let column = |column: &NewSide| {
            let type_ = &column.type_info;
            let value = stored(&type_.base, &type_.spelling, self.call(column));
            differs(&column.physical.to_string(), &value, type_.equality_is_identity)
        };
        any(self.judged.columns.iter().map(column))
    }

    /// True where the old side is not what `down` makes of the new one.
    fn old_differs(&self) -> String {
        let column = |(number, derived): (usize, &Derived)| {
            let call = self.dual.down_call(self.at, number);
            let old = self.pair.old.iter().find(|variable| variable.column == derived.target)?;
            let value = stored(&old.base_type, &old.spelling, call);
            Some(differs(&old.column.to_string(), &value, old.equality_is_identity))
        };
        any(self.pair.down.iter().enumerate().filter_map(column))
    }

    /// True for rows that are wrong. A CASE, since each expression may fail on rows that the other one serves.
    fn wrong(&self) -> String {
        let backward = !self.pair.down.is_empty();
        match (self.judged.check, &self.pair.marker) {
            (Check::Filled, _) => self.pending(),
            // Of a column that is only computed, NOT NULL, nothing says whose value it holds.
            (Check::Values, None) if !backward && !self.pair.hidden => self.pending(),
            (Check::Values, None) if !backward || self.pair.same_value => self.new_differs(),
            (Check::Values, None) => format!(
                "CASE WHEN {} THEN {} OR {} ELSE false END",
                self.new_differs(),
                self.pair.empty(""),
                self.old_differs()
            ),
            (Check::Values, Some(marker)) if backward => format!(
                "CASE WHEN {m} = {BOTH} THEN false WHEN {m} = {FROM_NEW} THEN CASE WHEN {old} THEN {new} ELSE false END \
                 WHEN {new} THEN {m} IS NULL OR {old} ELSE false END",
                m = marker.column,
                new = self.new_differs(),
                old = self.old_differs()
            ),
            (Check::Values, Some(marker)) => {
                format!("CASE WHEN {} = {BOTH} THEN false ELSE {} END", marker.column, self.new_differs())
            }
        }
    }

    /// True for rows of which one statement wrote both sides.
    fn both(&self) -> Option<String> {
        let marker =
            self.pair.marker.as_ref().filter(|_| !self.pair.down.is_empty() && !self.pair.same_value)?;
        Some(format!("{} = {BOTH}", marker.column))
    }
}

/// Puts the pairs of a table together, so that each row is written once.
pub(super) fn conversion(
    name: &TableName,
    table: &Table,
    dual: &DualWrite<'_>,
    trial: &DualWrite<'_>,
    (work, again): (&ShadowWork, bool),
) -> Conversion {
    let several = work.pairs.len() > 1;
    let of = |(at, (pair, judged))| Judged { at, pair, judged, dual, again };
    let pairs: Vec<Judged<'_>> = work.pairs.iter().zip(&work.conversions).enumerate().map(of).collect();
    let columns =
        || work.conversions.iter().enumerate().flat_map(|(at, c)| c.columns.iter().map(move |c| (at, c)));
    let (mut probe, mut rejected) = (Vec::new(), Vec::new());
    for (at, column) in columns() {
        let tried = trial.up_call(at, &column.physical);
        if column.not_null {
            rejected.push(missing(&tried, column.type_info.composite));
        }
        if let Some(limit) = length_limit(&column.type_info) {
            rejected.push(format!("pg_catalog.length({tried}) > {limit}"));
        }
        probe.push(tried);
    }
    let both: Vec<String> = pairs.iter().filter_map(Judged::both).collect();
    let assignments: Vec<String> = pairs.iter().flat_map(|pair| pair.assignments(several)).collect();
    Conversion {
        table: name.clone(),
        assignments: assignments.join(", "),
        pending: any(pairs.iter().map(Judged::pending)),
        candidates: Some(any(pairs.iter().map(|pair| format!("({})", pair.candidate())))),
        wrong: any(pairs.iter().map(Judged::wrong)),
        both: (!both.is_empty()).then(|| both.join(" OR ")),
        probe,
        rejected: (!rejected.is_empty()).then(|| rejected.join(" OR ")),
        key: Draft::row_name(table),
        columns: columns().map(|(_, column)| column.physical.clone()).collect(),
        rows: table.rows as i64,
        bytes: table.bytes,
        index_bytes: table.index_bytes,
        triggers: None,
        sources: work.pairs.iter().flat_map(|pair| &pair.old).map(|old| old.column.clone()).collect(),
        by_partition: table.partitioning.is_some(),
    }
}

/// A new column has no statistics before somebody gathers them, and then the next release's plans are guesses. After the
/// indexes, since those on expressions have statistics of their own.
pub(super) fn analyze(conversions: &[Conversion]) -> Vec<Step> {
    let mut tables: Vec<&TableName> = conversions.iter().map(|work| &work.table).collect();
    tables.dedup();
    let step = |table: &TableName| {
        let summary = format!("gather statistics of the new columns of {table}");
        let sql = vec![format!("ANALYZE {table}")];
        let step = Step::catalog_only(summary, table, LockMode::ShareUpdateExclusive, sql, Vec::new());
        Step { work: Work::Scan, ..step }
    };
    tables.into_iter().map(step).collect()
}

/// Values that are others at every evaluation: nobody can tell which `up` has made them.
///
/// # Errors
/// Exit 23.
pub(super) fn refuse_again(again: bool, table: &TableName, work: &ShadowWork) -> Result<()> {
    if !again || work.conversions.iter().all(|judged| judged.check == Check::Values) {
        return Ok(());
    }
    Err(Error::refused(format!(
        "an expression for `{table}` gives another value at every evaluation: nothing tells which rows the old one has converted"
    ))
    .hint("`midflight rollback`, and expand the new file"))
}

fn any(conditions: impl Iterator<Item = String>) -> String {
    conditions.collect::<Vec<_>>().join(" OR ")
}

/// A value as a column of the type holds it: what has a modifier is rounded or cut to it. A function's result has none.
fn stored(base: &str, spelling: &str, value: String) -> String {
    if spelling == base || spelling.is_empty() { value } else { format!("CAST({value} AS {spelling})") }
}

/// The longest text a type takes. An expression function's result carries no modifier, so the limit is looked at
/// separately before rows are written; the column itself enforces it after.
fn length_limit(type_: &TypeInfo) -> Option<i64> {
    let limited = matches!(type_.base.as_str(), "character varying" | "character");
    Type::parse(&type_.spelling).modifiers.first().copied().filter(|_| limited)
}
