//! What a release knows of its tables, and the statements that it writes

use std::collections::BTreeSet;

use midflight::ident::Ident;

use super::kinds::{Change, Kind};

/// A table as one release sees it
#[derive(Debug, Clone)]
pub struct Table {
    /// What it stays through renames
    pub id: u32,
    pub name: String,
    pub columns: Vec<Column>,
    /// Rows that are there before: 1 to this
    pub rows: u32,
    /// Other tables refer to it
    pub referenced: bool,
    /// Its key is a primary key
    pub has_primary_key: bool,
}

/// A column as one release sees it
#[derive(Debug, Clone)]
pub struct Column {
    /// What it stays through changes of its name and type
    pub id: u32,
    /// Columns that are computed from each other share one: a write of one is a write of all
    pub group: u32,
    pub name: String,
    pub kind: Kind,
    pub not_null: bool,
    pub default: Option<String>,
    pub unique: bool,
    /// No release ever writes NULL to it, whatever it allows
    pub full: bool,
    /// The primary key, or what stands for it
    pub key: bool,
    /// The table it refers to, and how many rows that has
    pub refers_to: Option<(u32, u32)>,
    /// How its type came about, if that changed since the old release
    pub change: Option<&'static Change>,
    /// Computed from other columns when the old release didn't write it
    pub computed: bool,
    /// Columns of a transformation: what gives the old one back (`{}` for this column's value)
    pub gives_back: Option<&'static str>,
}

/// The schema as one release sees it
#[derive(Debug, Clone, Default)]
pub struct Schema {
    pub tables: Vec<Table>,
}

impl Table {
    pub fn ident(&self) -> Ident {
        Ident::new(&self.name)
    }

    /// Whether its rows are in partitions, by their key. Each of those guards its own rows only.
    pub fn is_partitioned(&self) -> bool {
        let unique = self.columns.iter().any(|column| column.unique && !column.key);
        self.rows.is_multiple_of(3) && self.has_primary_key && !unique
    }

    pub fn column(&self, id: u32) -> Option<&Column> {
        self.columns.iter().find(|column| column.id == id)
    }

    pub fn column_mut(&mut self, id: u32) -> Option<&mut Column> {
        self.columns.iter_mut().find(|column| column.id == id)
    }

    pub fn key(&self) -> &Column {
        self.columns.iter().find(|column| column.key).expect("every table has a key")
    }
}

impl Column {
    pub fn ident(&self) -> Ident {
        Ident::new(&self.name)
    }
}

impl Schema {
    pub fn table(&self, id: u32) -> Option<&Table> {
        self.tables.iter().find(|table| table.id == id)
    }

    pub fn table_mut(&mut self, id: u32) -> Option<&mut Table> {
        self.tables.iter_mut().find(|table| table.id == id)
    }
}

/// Who writes
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    Old,
    New,
}

/// What a column is to the new release while the migration is in flight
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Both releases have it under one name; its type may change
    Shared,
    /// The new release has a name of its own for it
    New,
}

/// The value of a column in a statement
#[derive(Debug, Clone)]
pub struct Cell {
    pub column: u32,
    pub group: u32,
    /// The literal as the release that writes spells it
    pub value: String,
}

/// A statement of a release, before it has names
#[derive(Debug, Clone)]
pub struct Write {
    pub release: Release,
    pub table: u32,
    pub row: u32,
    pub what: What,
    pub side: Side,
    /// The session's zone
    pub zone: &'static str,
}

#[derive(Debug, Clone)]
pub enum What {
    Insert(Vec<Cell>),
    Update(Vec<Cell>),
    Delete,
    /// `INSERT … ON CONFLICT (key) DO UPDATE`: what is inserted, and the columns that are set where the row is there
    Upsert(Vec<Cell>, BTreeSet<u32>),
}

impl Write {
    /// The cells it sets
    pub fn cells(&self) -> &[Cell] {
        match &self.what {
            What::Insert(cells) | What::Update(cells) | What::Upsert(cells, _) => cells,
            What::Delete => &[],
        }
    }

    /// Without cells that a later write sets, if anything of it is left
    pub fn without(&self, later: &BTreeSet<(u32, u32, u32)>) -> Option<Self> {
        let kept = |cells: &[Cell]| -> Vec<Cell> {
            let own = |cell: &&Cell| !later.contains(&(self.table, self.row, cell.group));
            cells.iter().filter(own).cloned().collect()
        };
        let what = match &self.what {
            What::Update(cells) => {
                let cells = kept(cells);
                if cells.is_empty() {
                    return None;
                }
                What::Update(cells)
            }
            What::Upsert(cells, set) => {
                let kept: BTreeSet<u32> = kept(cells).iter().map(|cell| cell.column).collect();
                What::Upsert(cells.clone(), set.intersection(&kept).copied().collect())
            }
            other => other.clone(),
        };
        Some(Self { what, ..self.clone() })
    }

    /// As SQL, in the names of a release. None where that release lacks the table.
    pub fn sql(&self, schema: &Schema) -> Option<String> {
        let table = schema.table(self.table)?;
        let value = |cell: &Cell| {
            let column = table.column(cell.column)?;
            Some(Value { name: column.ident(), text: cell.value.clone(), set: self.sets(cell) })
        };
        let values: Vec<Value> = self.cells().iter().filter_map(value).collect();
        self.render(table, &values)
    }

    /// The same in the names of the old release, for what the new one wrote to its own side
    pub fn sql_back(&self, old: &Schema, new: &Schema) -> Option<String> {
        let (before, after) = (old.table(self.table)?, new.table(self.table)?);
        let mut values: Vec<Value> = Vec::new();
        for cell in self.cells() {
            let Some(column) = after.column(cell.column) else { continue };
            let (target, value) = match (before.column(cell.column), column.gives_back) {
                (Some(there), _) => {
                    let back = column.change.filter(|_| there.name != column.name);
                    (there, back.map_or_else(|| cell.value.clone(), |change| change.back(&cell.value)))
                }
                // the parts of a transformation are written together, and the first stands for all
                (None, Some(expression)) => {
                    let Some(there) = before.column(column.group) else { continue };
                    if values.iter().any(|value| value.name == there.ident()) {
                        continue;
                    }
                    let mut value = expression.to_owned();
                    for part in self.cells().iter().filter(|part| part.group == cell.group) {
                        let Some(name) = after.column(part.column) else { continue };
                        value = value.replace(&format!("{{{}}}", name.name), &part.value);
                    }
                    (there, value)
                }
                (None, None) => continue,
            };
            values.push(Value { name: target.ident(), text: value, set: self.sets(cell) });
        }
        self.render(before, &values)
    }

    /// Whether it sets the cell where the row is there
    fn sets(&self, cell: &Cell) -> bool {
        match &self.what {
            What::Upsert(_, set) => set.contains(&cell.column),
            What::Insert(_) | What::Update(_) | What::Delete => true,
        }
    }

    fn render(&self, table: &Table, values: &[Value]) -> Option<String> {
        let (name, key, row) = (table.ident(), table.key().ident(), self.row);
        let sets: Vec<String> = values
            .iter()
            .filter(|value| value.set)
            .map(|value| format!("{} = {}", value.name, value.text))
            .collect();
        let insert = || {
            let names: String = values.iter().map(|value| format!(", {}", value.name)).collect();
            let texts: String = values.iter().map(|value| format!(", {}", value.text)).collect();
            format!("INSERT INTO {name} ({key}{names}) VALUES ({row}{texts})")
        };
        match &self.what {
            What::Insert(_) => Some(insert()),
            What::Update(_) | What::Upsert(..) if sets.is_empty() => None,
            What::Update(_) => Some(format!("UPDATE {name} SET {} WHERE {key} = {row}", sets.join(", "))),
            What::Upsert(..) => {
                Some(format!("{} ON CONFLICT ({key}) DO UPDATE SET {}", insert(), sets.join(", ")))
            }
            What::Delete => Some(format!("DELETE FROM {name} WHERE {key} = {row}")),
        }
    }
}

/// The value of a column, by its name in a schema
struct Value {
    name: Ident,
    text: String,
    set: bool,
}
