//! A schema by chance, with rows and with things that hang on its columns

use std::collections::BTreeSet;

use fastrand::Rng;
use midflight::ident::{Ident, literal};

use super::kinds::{self, Kind};
use super::model::{Column, Schema, Table};

/// What is there before
pub struct Setup {
    pub schema: Schema,
    /// One statement each
    pub sql: Vec<String>,
    pub features: BTreeSet<&'static str>,
}

const TABLE_NAMES: [&str; 8] = ["users", "Orders", "items", "line items", "tags", "Events", "user", "posts"];
const COLUMN_NAMES: [&str; 18] = [
    "name", "amount", "Total", "state", "note", "created", "order", "kind", "a b", "Place", "data", "code",
    "size", "éclair", "rank", "flags", "Ref", "extra",
];

/// Hands out numbers and names that were not used before
#[derive(Debug, Default)]
pub struct Fresh {
    next: u32,
}

impl Fresh {
    pub fn id(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    /// A column's name that the table doesn't have
    pub fn column(&mut self, rng: &mut Rng, table: &Table) -> String {
        let free = |name: &&str| table.columns.iter().all(|column| column.name != **name);
        let names: Vec<&str> = COLUMN_NAMES.iter().copied().filter(free).collect();
        if names.is_empty() || rng.u32(0..3) == 0 {
            format!("c{}", self.id())
        } else {
            names[rng.usize(0..names.len())].to_owned()
        }
    }
}

/// A column of this type
pub fn column(id: u32, name: String, kind: Kind) -> Column {
    Column {
        id,
        group: id,
        name,
        kind,
        not_null: false,
        default: None,
        unique: false,
        full: false,
        key: false,
        refers_to: None,
        change: None,
        computed: false,
        gives_back: None,
    }
}

impl Setup {
    pub fn by_chance(rng: &mut Rng, fresh: &mut Fresh) -> Self {
        let mut setup = Self { schema: Schema::default(), sql: Vec::new(), features: BTreeSet::new() };
        setup.sql.extend(kinds::SETUP.lines().map(str::to_owned));
        for sql in [
            "CREATE FUNCTION lively() RETURNS integer LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN 5; END'",
            "CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "CREATE TABLE notes (id integer, note text)",
            "CREATE SEQUENCE numbers",
        ] {
            setup.sql.push(sql.to_owned());
        }
        let mut names = TABLE_NAMES.to_vec();
        rng.shuffle(&mut names);
        for name in &names[..rng.usize(2..=4)] {
            setup.table(rng, fresh, name);
        }
        setup
    }

    fn table(&mut self, rng: &mut Rng, fresh: &mut Fresh, name: &str) {
        let mut key =
            column(fresh.id(), if rng.u32(0..4) == 0 { "Id" } else { "id" }.to_owned(), Kind::Integer);
        (key.key, key.not_null, key.full, key.unique) = (true, true, true, true);
        let mut table = Table {
            id: fresh.id(),
            name: name.to_owned(),
            columns: vec![key],
            rows: rng.u32(3..15),
            referenced: false,
            has_primary_key: rng.u32(0..8) > 0,
        };
        for _ in 0..rng.u32(3..7) {
            let one = self.column(rng, fresh, &table);
            table.columns.push(one);
        }
        self.refer(rng, fresh, &mut table);
        self.create(&table);
        self.fill(rng, &table);
        self.around(rng, &table);
        self.schema.tables.push(table);
    }

    fn column(&mut self, rng: &mut Rng, fresh: &mut Fresh, table: &Table) -> Column {
        let kind = Kind::by_chance(rng);
        let mut one = column(fresh.id(), fresh.column(rng, table), kind);
        self.features.insert(kind.feature());
        one.full = rng.u32(0..3) == 0;
        one.not_null = one.full && rng.bool();
        if rng.u32(0..4) == 0 {
            one.default = Some(kind.literal(rng, 7));
            self.features.insert("default");
        }
        one.unique = matches!(kind, Kind::Integer | Kind::Text | Kind::Uuid) && rng.u32(0..4) == 0;
        if one.unique {
            one.default = None;
            self.features.insert("unique");
        }
        one
    }

    /// A column that refers to another table, or to the table itself; with or without a foreign key
    fn refer(&mut self, rng: &mut Rng, fresh: &mut Fresh, table: &mut Table) {
        if rng.bool() {
            return;
        }
        let mut one = column(fresh.id(), fresh.column(rng, table), Kind::Integer);
        if rng.u32(0..4) == 0 && table.has_primary_key {
            one.refers_to = Some((table.id, table.rows));
            table.referenced = true;
            self.features.insert("self-reference");
        } else if let Some(other) = self.schema.tables.iter_mut().find(|other| other.has_primary_key) {
            one.refers_to = Some((other.id, other.rows));
            other.referenced = true;
        }
        if one.refers_to.is_some() {
            table.columns.push(one);
        }
    }

    fn create(&mut self, table: &Table) {
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|column| {
                let mut text = format!("{} {}", column.ident(), column.kind.sql());
                if let Some(default) = &column.default {
                    text += &format!(" DEFAULT {default}");
                }
                if column.not_null {
                    text += " NOT NULL";
                }
                if column.key && table.has_primary_key {
                    text += " PRIMARY KEY";
                } else if column.unique && !column.key {
                    text += " UNIQUE";
                }
                text
            })
            .collect();
        let spread = table.is_partitioned().then(|| format!(" PARTITION BY HASH ({})", table.key().ident()));
        let spread = spread.unwrap_or_default();
        self.sql.push(format!("CREATE TABLE {} ({}){spread}", table.ident(), columns.join(", ")));
        for part in 0..if spread.is_empty() { 0 } else { 3 } {
            self.features.insert("partitions");
            let name = Ident::new(format!("{} part {part}", table.name));
            self.sql.push(format!(
                "CREATE TABLE {name} PARTITION OF {} FOR VALUES WITH (MODULUS 3, REMAINDER {part})",
                table.ident()
            ));
        }
    }

    fn fill(&mut self, rng: &mut Rng, table: &Table) {
        let names: Vec<String> = table.columns.iter().map(|column| column.ident().to_string()).collect();
        let rows: Vec<String> = (1..=table.rows)
            .map(|row| {
                let values: Vec<String> =
                    table.columns.iter().map(|column| value(rng, column, row, row)).collect();
                format!("({})", values.join(", "))
            })
            .collect();
        self.sql.push(format!(
            "INSERT INTO {} ({}) VALUES {}",
            table.ident(),
            names.join(", "),
            rows.join(", ")
        ));
    }

    /// What hangs on the table and its columns
    fn around(&mut self, rng: &mut Rng, table: &Table) {
        let name = table.ident();
        for column in &table.columns {
            let (ident, chance) = (column.ident(), rng.u32(0..14));
            if let Some((other, _)) = column.refers_to
                && chance < 9
            {
                let target = self.schema.table(other).unwrap_or(table).ident();
                self.sql.push(format!("ALTER TABLE {name} ADD FOREIGN KEY ({ident}) REFERENCES {target}"));
                self.features.insert("foreign key");
                continue;
            }
            match chance {
                0 if column.kind.is_indexable() => {
                    self.sql.push(format!("CREATE INDEX ON {name} ({ident})"));
                    self.features.insert("index");
                }
                1 if column.kind.is_text() => {
                    self.sql.push(format!(
                        "CREATE INDEX ON {name} (lower({ident}::text)) WHERE {ident} IS NOT NULL"
                    ));
                    self.features.insert("partial expression index");
                }
                2 if column.kind.is_number() => {
                    self.sql.push(format!("ALTER TABLE {name} ADD CHECK ({ident} > -1000)"));
                    self.features.insert("check");
                }
                3 => {
                    self.sql
                        .push(format!("COMMENT ON COLUMN {name}.{ident} IS {}", literal("it's a column")));
                    self.features.insert("comment");
                }
                4 => {
                    self.sql.push(format!("GRANT SELECT ({ident}) ON {name} TO pg_monitor"));
                    self.features.insert("column privilege");
                }
                5 if column.kind.is_indexable() && !column.key => {
                    self.sql.push(format!(
                        "CREATE STATISTICS {} ON {ident}, {} FROM {name}",
                        fresh_name(rng, "st"),
                        table.key().ident()
                    ));
                    self.features.insert("statistics");
                }
                6 => {
                    self.sql
                        .push(format!("CREATE VIEW {} AS SELECT {ident} FROM {name}", fresh_name(rng, "v")));
                    self.features.insert("view");
                }
                7 if column.kind == Kind::Integer && !column.key && !column.unique => {
                    self.sql.push(format!("ALTER SEQUENCE numbers OWNED BY {name}.{ident}"));
                    self.features.insert("sequence");
                }
                _ => {}
            }
        }
        match rng.u32(0..8) {
            0 => {
                self.sql.push(format!(
                    "CREATE TRIGGER noted AFTER INSERT ON {name} FOR EACH ROW EXECUTE FUNCTION noted()"
                ));
                self.features.insert("user trigger");
            }
            1 => self.normalizes(rng, table),
            2 => {
                self.sql.push(format!("GRANT SELECT, INSERT ON {name} TO pg_monitor"));
                self.features.insert("table privilege");
            }
            3 => {
                self.sql.push(format!("CREATE POLICY own ON {name} USING ({} > 0)", table.key().ident()));
                self.features.insert("policy");
            }
            _ => {}
        }
    }

    /// A trigger that changes what is written
    fn normalizes(&mut self, rng: &mut Rng, table: &Table) {
        let Some(column) = table.columns.iter().find(|column| column.kind == Kind::Text && !column.unique)
        else {
            return;
        };
        let function = fresh_name(rng, "norm");
        let target = column.ident();
        self.sql.push(format!(
            "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.{target} := lower(NEW.{target}); RETURN NEW; END'"
        ));
        self.sql.push(format!(
            "CREATE TRIGGER norm BEFORE INSERT OR UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION {function}()",
            table.ident()
        ));
        self.features.insert("trigger that changes a value");
    }
}

/// A value for a column: a literal, or NULL where it may be
pub fn value(rng: &mut Rng, column: &Column, row: u32, n: u32) -> String {
    if column.key {
        return row.to_string();
    }
    if !column.not_null && !column.full && rng.u32(0..4) == 0 {
        return "NULL".to_owned();
    }
    match column.refers_to {
        Some((_, rows)) => rng.u32(1..=rows).to_string(),
        None => column.kind.literal(rng, n),
    }
}

/// A name by chance
pub fn fresh_name(rng: &mut Rng, prefix: &str) -> Ident {
    let name = format!("{prefix} {}", rng.u32(1000..9999));
    Ident::new(if rng.bool() { name } else { name.replace(' ', "_") })
}
