//! What both releases write, by chance: statements that neither schema forbids, over cells of which it is known who
//! wrote them last

use std::collections::BTreeSet;

use fastrand::Rng;

use super::model::{Cell, Column, Release, Schema, Side, Table, What, Write};

/// When in a migration's life
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    BeforeExpand,
    Expanded,
    Backfilled,
    Contracted,
}

const ZONES: [&str; 3] = ["UTC", "Asia/Tokyo", "America/New_York"];

/// A row that a release made
struct Made {
    table: u32,
    row: u32,
    by: Release,
    /// In its own names, so that the direct change has it only at the end
    side: Side,
}

/// Writers of both releases
pub struct Writers {
    pub rng: Rng,
    next: u32,
    /// Rows that are there no more
    gone: BTreeSet<(u32, u32)>,
    /// Rows that a release made
    made: Vec<Made>,
}

impl Writers {
    pub fn new(seed: u64) -> Self {
        Self { rng: Rng::with_seed(seed), next: 0, gone: BTreeSet::new(), made: Vec::new() }
    }

    /// Some statements at a moment
    pub fn write(&mut self, old: &Schema, new: &Schema, moment: Moment) -> Vec<Write> {
        let mut writes = Vec::new();
        let (by_old, by_new) = match moment {
            Moment::BeforeExpand => (4, 0),
            Moment::Expanded | Moment::Backfilled => (6, 7),
            Moment::Contracted => (0, 4),
        };
        for release in [vec![Release::Old; by_old], vec![Release::New; by_new]].concat() {
            writes.extend(self.one(old, new, moment, release));
        }
        self.rng.shuffle(&mut writes);
        // A row is made before it is written.
        writes.sort_by_key(|write| !matches!(write.what, What::Insert(_)));
        writes
    }

    /// What was made in the new release's own names is, once the migration is done, a row like others.
    pub fn next_leg(&mut self) {
        for made in &mut self.made {
            (made.by, made.side) = (Release::Old, Side::Shared);
        }
    }

    fn one(&mut self, old: &Schema, new: &Schema, moment: Moment, release: Release) -> Option<Write> {
        let schema = if release == Release::Old { old } else { new };
        if schema.tables.is_empty() {
            return None;
        }
        let table = &schema.tables[self.rng.usize(0..schema.tables.len())];
        let (before, after) = (old.table(table.id), new.table(table.id));
        let eyes = Eyes { release, moment, before, after };
        // A table that only the new release knows is not written to.
        before.filter(|_| release == Release::Old || after.is_some())?;
        let zone = ZONES[self.rng.usize(0..ZONES.len())];
        let side = match release {
            Release::Old => Side::Shared,
            Release::New if moment == Moment::Contracted => Side::Shared,
            Release::New => [Side::Shared, Side::New][self.rng.usize(0..2)],
        };
        // Before backfill nobody finds rows by a name that is new.
        let finds =
            release == Release::Old || moment != Moment::Expanded || eyes.side(table.key()) == Side::Shared;
        let what = match self.rng.u32(0..10) {
            _ if !finds => What::Insert(self.row(&eyes, table, side)?),
            0..3 => What::Insert(self.row(&eyes, table, side)?),
            3 if release == Release::Old && !table.referenced => What::Delete,
            4 if table.has_primary_key => {
                let cells = self.row(&eyes, table, side)?;
                let set = cells.iter().map(|cell| cell.column).collect();
                What::Upsert(cells, set)
            }
            _ => What::Update(self.some(&eyes, table, side)?),
        };
        if matches!(&what, What::Upsert(cells, _) if cells.is_empty()) {
            return None;
        }
        let (row, side) = self.row_for(table, release, &what, side)?;
        Some(Write { release, table: table.id, row, what, side, zone })
    }

    /// Which row, and whether the direct change has it from the start
    fn row_for(&mut self, table: &Table, by: Release, what: &What, side: Side) -> Option<(u32, Side)> {
        if matches!(what, What::Insert(_)) {
            self.next += 1;
            let row = self.next + if by == Release::Old { 500 } else { 1000 };
            self.made.push(Made { table: table.id, row, by, side });
            return Some((row, side));
        }
        let own = self.made.iter().filter(|made| made.table == table.id && made.by == by);
        let rows: Vec<(u32, Side)> = (1..=table.rows)
            .map(|row| (row, Side::Shared))
            .chain(own.map(|made| (made.row, made.side)))
            .filter(|(row, _)| !self.gone.contains(&(table.id, *row)))
            .collect();
        if rows.is_empty() {
            return None;
        }
        let (row, made) = rows[self.rng.usize(0..rows.len())];
        if matches!(what, What::Delete) {
            self.gone.insert((table.id, row));
        }
        Some((row, if made == Side::New { Side::New } else { side }))
    }

    /// All that a new row needs, and some more
    fn row(&mut self, eyes: &Eyes<'_>, table: &Table, side: Side) -> Option<Vec<Cell>> {
        if side == Side::New && table.columns.iter().any(|column| eyes.means_otherwise(column)) {
            return None;
        }
        let mut cells = Vec::new();
        for column in table.columns.iter().filter(|column| !column.key) {
            let is_new = eyes.side(column) == Side::New;
            let needed = eyes.needs(column);
            if is_new && side == Side::Shared {
                if needed || eyes.default_differs(column) {
                    return None;
                }
                continue;
            }
            let together = column.gives_back.is_some();
            if needed || together || eyes.default_differs(column) || self.rng.u32(0..3) > 0 {
                let may_be_null = !is_new || (column.default.is_none() && eyes.old_default(column).is_none());
                cells.push(self.cell(eyes, column, may_be_null && !together && !column.computed));
            }
        }
        Some(cells)
    }

    /// One column, or all that belong together
    fn some(&mut self, eyes: &Eyes<'_>, table: &Table, side: Side) -> Option<Vec<Cell>> {
        let columns: Vec<&Column> =
            table.columns.iter().filter(|column| !column.key && eyes.side(column) == side).collect();
        if columns.is_empty() {
            return None;
        }
        let column = columns[self.rng.usize(0..columns.len())];
        if column.gives_back.is_some() {
            let parts = columns.iter().filter(|part| part.group == column.group);
            return Some(parts.map(|part| self.cell(eyes, part, false)).collect());
        }
        let mut cells = vec![self.cell(eyes, column, true)];
        if self.rng.u32(0..4) == 0 {
            let other = columns[self.rng.usize(0..columns.len())];
            if other.group != column.group && other.gives_back.is_none() {
                cells.push(self.cell(eyes, other, true));
            }
        }
        Some(cells)
    }

    fn cell(&mut self, eyes: &Eyes<'_>, column: &Column, may_be_null: bool) -> Cell {
        self.next += 1;
        let n = 300 + self.next;
        let null = may_be_null && eyes.takes_null(column) && self.rng.u32(0..5) == 0;
        let value = match (null, column.refers_to) {
            (true, _) => "NULL".to_owned(),
            (false, Some((_, rows))) => self.rng.u32(1..=rows).to_string(),
            (false, None) => eyes.literal(&mut self.rng, column, n),
        };
        Cell { column: column.id, group: column.group, value }
    }
}

/// What a release sees at a moment
struct Eyes<'a> {
    release: Release,
    moment: Moment,
    before: Option<&'a Table>,
    after: Option<&'a Table>,
}

impl Eyes<'_> {
    fn in_old(&self, column: &Column) -> Option<&Column> {
        self.before.and_then(|table| table.column(column.id))
    }

    fn in_new(&self, column: &Column) -> Option<&Column> {
        self.after.and_then(|table| table.column(column.id))
    }

    fn in_flight(&self) -> bool {
        self.moment != Moment::Contracted
    }

    fn side(&self, column: &Column) -> Side {
        let shared = self.in_old(column).is_some_and(|old| old.name == column.name);
        if self.release == Release::Old || !self.in_flight() || shared { Side::Shared } else { Side::New }
    }

    /// Both releases have it under one name, and its literals will mean something else.
    fn means_otherwise(&self, column: &Column) -> bool {
        let change = self.in_new(column).and_then(|column| column.change);
        self.in_flight()
            && self.side(column) == Side::Shared
            && change.is_some_and(|change| !change.same_literal)
    }

    fn old_default(&self, column: &Column) -> Option<&String> {
        self.in_old(column).and_then(|old| old.default.as_ref())
    }

    fn default_differs(&self, column: &Column) -> bool {
        match (self.in_old(column), self.in_new(column)) {
            (Some(old), Some(new)) => self.in_flight() && old.default != new.default,
            _ => false,
        }
    }

    fn needs(&self, column: &Column) -> bool {
        let (old, new) = (self.in_old(column), self.in_new(column));
        let not_null = column.not_null
            || self.release == Release::New && old.is_some_and(|old| old.not_null && self.in_flight());
        let full = column.full || new.is_some_and(|new| new.full && self.release == Release::New);
        (not_null || full) && column.default.is_none()
            || full && column.default.is_some() && new.is_some_and(|new| new.change.is_some())
    }

    /// NULL on a row whose conversion is pending counts as not written, so the new release waits with it.
    fn takes_null(&self, column: &Column) -> bool {
        let nullable = |column: Option<&Column>| column.is_none_or(|column| !column.not_null && !column.full);
        let pending = self.side(column) == Side::New && self.moment < Moment::Backfilled;
        match self.release {
            Release::Old => nullable(Some(column)),
            Release::New => {
                nullable(Some(column)) && nullable(self.in_old(column)) && !pending && !column.computed
            }
        }
    }

    fn literal(&self, rng: &mut Rng, column: &Column, n: u32) -> String {
        let Some(change) = self.in_new(column).and_then(|column| column.change) else {
            return column.kind.literal(rng, n);
        };
        let old = change.from.literal(rng, n);
        if self.release == Release::Old
            || self.in_flight() && self.side(column) == Side::Shared
            || change.same_literal
        {
            return old;
        }
        if change.reads_session {
            return change.to.literal(rng, n);
        }
        let value = format!("{old}::{}", change.from.sql());
        change.up.map_or_else(
            || format!("({value})::{}", change.to.sql()),
            |up| up.replace("{}", &format!("({value})")),
        )
    }
}
