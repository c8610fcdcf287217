//! Statements of migration files by chance: what midflight reads, what psql runs, and the schema afterwards

use fastrand::Rng;
use midflight::ident::{Ident, literal};
use sqlx::{AssertSqlSafe, PgConnection};

use super::kinds::Kind;
use super::model::{Column, Schema, Table};
use super::setup::{Fresh, column, fresh_name};

/// A statement, or some that belong together
#[derive(Debug, Clone)]
pub struct Proposal {
    /// What midflight reads
    pub written: Written,
    /// What psql runs
    pub direct: Vec<String>,
    pub schema: Schema,
    pub feature: &'static str,
    /// Whether rollback leaves something of it, or asks for something
    pub leaves: bool,
}

#[derive(Debug, Clone)]
pub enum Written {
    Sql(String),
    /// An entry of `operations:`, with its indentation
    Yaml(String),
}

/// What statements are proposed from
pub struct Proposer<'a> {
    pub rng: &'a mut Rng,
    pub fresh: &'a mut Fresh,
    pub schema: &'a Schema,
    /// The old release's
    pub old: &'a Schema,
    /// A database with the schema
    pub conn: &'a mut PgConnection,
}

/// The table and column that a statement is about
type Chosen = (Table, Column);

impl Proposer<'_> {
    /// One by chance; none where what it would be about isn't there
    pub async fn propose(&mut self) -> Option<Proposal> {
        match self.rng.u32(0..100) {
            0..6 => self.add_column(),
            6..9 => self.add_computed(),
            9..12 => self.drop_column(),
            12..23 => self.rename_column(),
            23..40 => self.change_type().await,
            40..45 => self.rename_and_change_type(),
            45..50 => self.not_null(),
            50..54 => self.default(),
            54..57 => self.comment(),
            57..62 => self.add_constraint(),
            62..66 => self.constraint_of_catalog().await,
            66..70 => self.create_index(),
            70..74 => self.index_of_catalog().await,
            74..79 => self.type_or_function(),
            79..83 => self.view().await,
            83..86 => self.trigger_or_policy().await,
            86..89 => self.privilege(),
            89..91 => self.rename_table(),
            91..93 => self.create_or_drop_table(),
            93..95 => self.settings(),
            95..98 => self.split(),
            _ => self.own_sql(),
        }
    }

    fn sql(&self, feature: &'static str, sql: impl Into<String>, schema: Schema) -> Option<Proposal> {
        let sql = sql.into();
        let direct = sql.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
        let direct = direct.split(";\n").map(str::to_owned).collect();
        Some(Proposal { written: Written::Sql(sql), direct, schema, feature, leaves: false })
    }

    fn same(&self, feature: &'static str, sql: impl Into<String>) -> Option<Proposal> {
        self.sql(feature, sql, self.schema.clone())
    }

    fn table(&mut self) -> Option<Table> {
        let tables = &self.schema.tables;
        (!tables.is_empty()).then(|| tables[self.rng.usize(0..tables.len())].clone())
    }

    fn column(&mut self, wanted: impl Fn(&Column) -> bool) -> Option<Chosen> {
        let table = self.table()?;
        let columns: Vec<&Column> = table.columns.iter().filter(|column| wanted(column)).collect();
        let chosen = (!columns.is_empty()).then(|| columns[self.rng.usize(0..columns.len())].clone());
        chosen.map(|column| (table, column))
    }

    fn with(&self, table: &Table, change: impl FnOnce(&mut Table)) -> Schema {
        let mut schema = self.schema.clone();
        if let Some(table) = schema.table_mut(table.id) {
            change(table);
        }
        schema
    }

    /// Whether the old release has it under the same name and type
    fn untouched(&self, table: &Table, column: &Column) -> bool {
        let before = self.old.table(table.id).and_then(|table| table.column(column.id));
        before.is_some_and(|before| before.name == column.name && before.kind == column.kind)
            && column.group == column.id
            && !column.computed
    }

    fn add_column(&mut self) -> Option<Proposal> {
        let table = self.table()?;
        let kind = Kind::by_chance(self.rng);
        let mut one = column(self.fresh.id(), self.fresh.column(self.rng, &table), kind);
        let mut feature = "add column";
        let mut text = format!("ALTER TABLE {} ADD COLUMN {} {}", table.ident(), one.ident(), kind.sql());
        match self.rng.u32(0..4) {
            0 => {
                let default = kind.literal(self.rng, 5);
                text += &format!(" DEFAULT {default}");
                one.default = Some(default);
                if self.rng.bool() {
                    text += " NOT NULL";
                    (one.not_null, one.full) = (true, true);
                }
                feature = "add column with default";
            }
            1 if matches!(kind, Kind::Integer | Kind::Bigint) => {
                text += " DEFAULT lively()";
                one.default = Some("lively()".to_owned());
                feature = "add column filled in batches";
            }
            _ => {}
        }
        let schema = self.with(&table, |table| table.columns.push(one));
        self.sql(feature, text, schema)
    }

    fn add_computed(&mut self) -> Option<Proposal> {
        let (table, source) = self.column(|column| {
            matches!(column.kind, Kind::Text | Kind::Integer | Kind::Varchar)
                && !column.key
                && !column.computed
        })?;
        if !self.untouched(&table, &source) {
            return None;
        }
        let (kind, up) = match source.kind {
            Kind::Integer => (Kind::Bigint, format!("{} * 2", source.ident())),
            _ => (Kind::Text, format!("upper({})", source.ident())),
        };
        let mut one = column(self.fresh.id(), self.fresh.column(self.rng, &table), kind);
        (one.group, one.computed) = (source.group, true);
        let entry = format!(
            "  - add_column: {{table: {}, column: {{name: {}, type: {}}}, up: {}}}\n",
            yaml(&table.name),
            yaml(&one.name),
            yaml(kind.sql()),
            yaml(&up)
        );
        let direct = vec![
            format!("ALTER TABLE {} ADD COLUMN {} {}", table.ident(), one.ident(), kind.sql()),
            format!("UPDATE {} SET {} = {up}", table.ident(), one.ident()),
        ];
        // Both ways to say it, without another throw of the dice.
        let written = match one.id % 2 {
            0 => Written::Sql(direct.join(";\n")),
            _ => Written::Yaml(entry),
        };
        let schema = self.with(&table, |table| table.columns.push(one));
        Some(Proposal { written, direct, schema, feature: "add computed column", leaves: false })
    }

    fn drop_column(&mut self) -> Option<Proposal> {
        let (table, one) = self.column(|column| !column.key && !column.computed)?;
        let shared = table.columns.iter().any(|other| other.id != one.id && other.group == one.group);
        if shared || !self.untouched(&table, &one) {
            return None;
        }
        let schema = self.with(&table, |table| table.columns.retain(|column| column.id != one.id));
        let sql = format!("ALTER TABLE {} DROP COLUMN {}", table.ident(), one.ident());
        let mut proposal = self.sql("drop column", sql, schema)?;
        // What the new release wrote without it has no value for the way back.
        proposal.leaves = one.not_null && one.default.is_none();
        Some(proposal)
    }

    fn rename_column(&mut self) -> Option<Proposal> {
        let (table, one) = self.column(|column| !column.computed)?;
        if !self.untouched(&table, &one) {
            return None;
        }
        let name = self.fresh.column(self.rng, &table);
        let sql =
            format!("ALTER TABLE {} RENAME COLUMN {} TO {}", table.ident(), one.ident(), Ident::new(&name));
        let schema = self.with(&table, |table| rename(table, one.id, &name));
        self.sql("rename column", sql, schema)
    }

    async fn change_type(&mut self) -> Option<Proposal> {
        let (table, one) = self.column(|column| !column.kind.changes().is_empty() && !column.computed)?;
        if !self.untouched(&table, &one) {
            return None;
        }
        let (sql, schema) = self.changed(&table, &one)?;
        let views = self.views_on(&table, &one).await;
        let around = one.default.is_some() && self.rng.u32(0..4) == 0;
        let kind = schema.table(table.id)?.column(one.id)?.kind;
        let mut proposal = if around && views.is_empty() {
            let default = kind.literal(self.rng, 9);
            let mut schema = schema;
            schema.table_mut(table.id)?.column_mut(one.id)?.default = Some(default.clone());
            let head = format!("ALTER TABLE {} ALTER COLUMN {}", table.ident(), one.ident());
            self.sql(
                "default around a type change",
                format!("{head} DROP DEFAULT;\n{sql};\n{head} SET DEFAULT {default}"),
                schema,
            )?
        } else {
            self.sql(if views.is_empty() { "change type" } else { "change type under a view" }, sql, schema)?
        };
        // PostgreSQL itself refuses it; midflight makes the views again.
        for (name, definition) in views {
            proposal.direct.insert(0, format!("DROP VIEW {name}"));
            proposal.direct.push(format!("CREATE VIEW {name} AS {definition}"));
        }
        Some(proposal)
    }

    async fn views_on(&mut self, table: &Table, column: &Column) -> Vec<(String, String)> {
        let sql = format!(
            "SELECT DISTINCT v.oid::regclass::text, rtrim(pg_get_viewdef(v.oid), ';') FROM pg_depend d
             JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'v'
             JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
             WHERE d.refobjid = {}::regclass AND a.attname = {} ORDER BY 1",
            literal(&table.ident().to_string()),
            literal(&column.name)
        );
        sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&mut *self.conn).await.unwrap()
    }

    /// `ALTER COLUMN … TYPE` with its way back, and the schema afterwards
    fn changed(&mut self, table: &Table, one: &Column) -> Option<(String, Schema)> {
        let changes = one.kind.changes();
        let change = changes[self.rng.usize(0..changes.len())];
        if one.key && !(change.same_literal && change.to == Kind::Bigint)
            || one.refers_to.is_some() && change.to != Kind::Bigint
        {
            return None;
        }
        let name = one.ident();
        let put = |text: &str| text.replace("{}", &name.to_string());
        let mut sql = String::new();
        if let Some(down) = change.down {
            sql += &format!("-- midflight: reverse {name} = {}\n", put(down));
        }
        sql += &format!("ALTER TABLE {} ALTER COLUMN {name} TYPE {}", table.ident(), change.to.sql());
        if let Some(up) = change.up {
            sql += &format!(" USING {}", put(up));
        }
        let schema = self.with(table, |table| {
            if let Some(column) = table.column_mut(one.id) {
                (column.kind, column.change) = (change.to, Some(change));
            }
        });
        Some((sql, schema))
    }

    fn rename_and_change_type(&mut self) -> Option<Proposal> {
        let (table, one) =
            self.column(|column| !column.kind.changes().is_empty() && !column.computed && !column.key)?;
        if !self.untouched(&table, &one) {
            return None;
        }
        let name = self.fresh.column(self.rng, &table);
        let rename =
            format!("ALTER TABLE {} RENAME COLUMN {} TO {}", table.ident(), one.ident(), Ident::new(&name));
        let mut renamed = one.clone();
        renamed.name.clone_from(&name);
        let (change, mut schema) = if self.rng.bool() {
            let (change, schema) = self.changed(&table, &renamed)?;
            (format!("{rename};\n{change}"), schema)
        } else {
            let (change, schema) = self.changed(&table, &one)?;
            (format!("{change};\n{rename}"), schema)
        };
        rename_in(&mut schema, table.id, one.id, &name);
        if schema.table(table.id)?.column(one.id)?.change.is_some_and(|change| change.reads_session) {
            return None;
        }
        self.sql("rename and change type", change, schema)
    }

    fn not_null(&mut self) -> Option<Proposal> {
        let (table, one) = self.column(|column| !column.key)?;
        let (name, set) = (table.ident(), one.ident());
        if one.not_null {
            let schema = self.with(&table, |table| flag(table, one.id, false));
            return self.sql(
                "drop not null",
                format!("ALTER TABLE {name} ALTER COLUMN {set} DROP NOT NULL"),
                schema,
            );
        }
        let schema = self.with(&table, |table| flag(table, one.id, true));
        if one.full {
            return self.sql(
                "set not null",
                format!("ALTER TABLE {name} ALTER COLUMN {set} SET NOT NULL"),
                schema,
            );
        }
        if !self.untouched(&table, &one) || one.unique || one.refers_to.is_some() {
            return None;
        }
        let up = format!("coalesce({set}, {}::{})", one.kind.literal(self.rng, 3), one.kind.sql());
        let entry = format!(
            "  - set_not_null: {{table: {}, column: {}, up: {}}}\n",
            yaml(&table.name),
            yaml(&one.name),
            yaml(&up)
        );
        let direct = vec![
            format!("UPDATE {name} SET {set} = {up} WHERE {set} IS NULL"),
            format!("ALTER TABLE {name} ALTER COLUMN {set} SET NOT NULL"),
        ];
        Some(Proposal {
            written: Written::Yaml(entry),
            direct,
            schema,
            feature: "set not null with a value",
            leaves: false,
        })
    }

    fn default(&mut self) -> Option<Proposal> {
        let (table, one) =
            self.column(|column| !column.key && !column.unique && column.refers_to.is_none())?;
        let head = format!("ALTER TABLE {} ALTER COLUMN {}", table.ident(), one.ident());
        let default = (one.default.is_none() || self.rng.bool()).then(|| one.kind.literal(self.rng, 8));
        let schema = self.with(&table, |table| {
            if let Some(column) = table.column_mut(one.id) {
                column.default.clone_from(&default);
            }
        });
        match default {
            Some(default) => self.sql("set default", format!("{head} SET DEFAULT {default}"), schema),
            None => self.sql("drop default", format!("{head} DROP DEFAULT"), schema),
        }
    }

    fn comment(&mut self) -> Option<Proposal> {
        let (table, one) = self.column(|_| true)?;
        let on = if self.rng.bool() {
            format!("COLUMN {}.{}", table.ident(), one.ident())
        } else {
            format!("TABLE {}", table.ident())
        };
        self.same("comment on", format!("COMMENT ON {on} IS 'changed'"))
    }

    fn add_constraint(&mut self) -> Option<Proposal> {
        let (table, one) = self.column(|column| !column.key)?;
        let (name, set) = (table.ident(), one.ident());
        let constraint = fresh_name(self.rng, "con");
        let head = format!("ALTER TABLE {name} ADD CONSTRAINT {constraint}");
        if let Some((other, _)) = one.refers_to {
            let target = self.schema.table(other)?.ident();
            return self.same("add foreign key", format!("{head} FOREIGN KEY ({set}) REFERENCES {target}"));
        }
        match self.rng.u32(0..3) {
            0 if one.kind.is_indexable() => {
                self.same("add unique", format!("{head} UNIQUE ({}, {set})", table.key().ident()))
            }
            _ if one.kind.is_number() => self.same("add check", format!("{head} CHECK ({set} > -1000000)")),
            _ if one.kind.is_text() => self.same("add check", format!("{head} CHECK (length({set}) < 1000)")),
            _ => None,
        }
    }

    /// A name out of the catalog
    async fn named(&mut self, sql: &str, table: &Table) -> Option<String> {
        let sql = sql.replace(":table", &format!("{}::regclass", literal(&table.ident().to_string())));
        let names: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut *self.conn).await.unwrap();
        (!names.is_empty()).then(|| names[self.rng.usize(0..names.len())].clone())
    }

    async fn constraint_of_catalog(&mut self) -> Option<Proposal> {
        let table = self.table()?;
        let wanted = "SELECT quote_ident(conname) FROM pg_constraint WHERE conrelid = :table AND contype IN ('c', 'f', 'u') ORDER BY 1";
        let constraint = self.named(wanted, &table).await?;
        let head = format!("ALTER TABLE {}", table.ident());
        let definition = format!(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = :table AND quote_ident(conname) = {}",
            literal(&constraint)
        );
        match self.rng.u32(0..3) {
            0 => self.same("drop constraint", format!("{head} DROP CONSTRAINT {constraint}")),
            1 => {
                let name = fresh_name(self.rng, "renamed");
                self.same("rename constraint", format!("{head} RENAME CONSTRAINT {constraint} TO {name}"))
            }
            _ => {
                let definition = self.named(&definition, &table).await?;
                self.same("replace constraint", format!("{head} DROP CONSTRAINT {constraint};\n{head} ADD CONSTRAINT {constraint} {definition}"))
            }
        }
    }

    fn create_index(&mut self) -> Option<Proposal> {
        let (table, one) = self.column(|column| column.kind.is_indexable())?;
        let (name, set, key) = (table.ident(), one.ident(), table.key().ident());
        let index = fresh_name(self.rng, "idx");
        let keys = match self.rng.u32(0..6) {
            0 if one.kind.is_text() => format!("(lower({set}::text))"),
            1 => format!("({set} DESC) WHERE {set} IS NOT NULL"),
            2 => format!("({set}) INCLUDE ({key})"),
            3 => {
                return self.same(
                    "create unique index",
                    format!("CREATE UNIQUE INDEX {index} ON {name} ({key}, {set})"),
                );
            }
            _ => format!("({set}, {key})"),
        };
        if self.rng.u32(0..4) == 0 {
            return self.same("create index", format!("CREATE INDEX ON {name} {keys}"));
        }
        self.same("create index", format!("CREATE INDEX {index} ON {name} {keys}"))
    }

    async fn index_of_catalog(&mut self) -> Option<Proposal> {
        let table = self.table()?;
        let wanted = "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = :table
                      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid) ORDER BY 1";
        let index = self.named(wanted, &table).await?;
        match self.rng.u32(0..3) {
            0 => self.same("drop index", format!("DROP INDEX {index}")),
            1 => {
                let name = fresh_name(self.rng, "renamed");
                self.same("rename index", format!("ALTER INDEX {index} RENAME TO {name}"))
            }
            _ => {
                let key = table.key().ident();
                self.same(
                    "replace index",
                    format!("DROP INDEX {index};\nCREATE INDEX {index} ON {} ({key} DESC)", table.ident()),
                )
            }
        }
    }

    fn type_or_function(&mut self) -> Option<Proposal> {
        let name = fresh_name(self.rng, "obj");
        match self.rng.u32(0..6) {
            0 => {
                let sql = format!("ALTER TYPE mood ADD VALUE 'v{}'", self.fresh.id());
                let mut proposal = self.same("add enum value", sql)?;
                proposal.leaves = true;
                Some(proposal)
            }
            1 => self.same("create type", format!("CREATE TYPE {name} AS ENUM ('a', 'b')")),
            2 => self.same("create domain", format!("CREATE DOMAIN {name} AS integer CHECK (VALUE > 0)")),
            3 => self.same("create sequence", format!("CREATE SEQUENCE {name} START 5")),
            4 => self.same("replace function", "CREATE OR REPLACE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'"),
            _ => self.same("create function", format!("CREATE FUNCTION {name}(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n + 1'")),
        }
    }

    async fn view(&mut self) -> Option<Proposal> {
        let (table, one) = self.column(|_| true)?;
        let wanted = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace
                      AND :table IS NOT NULL ORDER BY 1";
        match self.rng.u32(0..4) {
            0 => {
                let view = self.named(wanted, &table).await?;
                self.same("drop view", format!("DROP VIEW {view}"))
            }
            1 => {
                let view = self.named(wanted, &table).await?;
                let definition = format!(
                    "SELECT rtrim(pg_get_viewdef({}::regclass), ';') FROM (SELECT 1 WHERE :table IS NOT NULL) one",
                    literal(&view)
                );
                let definition = self
                    .named(&definition, &table)
                    .await?
                    .replacen(" FROM", ", 1 AS more FROM", 1)
                    .replacen("\n   FROM", ", 1 AS more\n   FROM", 1);
                self.same(
                    "replace view",
                    format!("CREATE OR REPLACE VIEW {view} AS {}", definition.replace('\n', " ")),
                )
            }
            _ => {
                let view = fresh_name(self.rng, "view");
                self.same(
                    "create view",
                    format!(
                        "CREATE VIEW {view} AS SELECT {}, {} AS one FROM {}",
                        table.key().ident(),
                        one.ident(),
                        table.ident()
                    ),
                )
            }
        }
    }

    async fn trigger_or_policy(&mut self) -> Option<Proposal> {
        let table = self.table()?;
        let (name, key) = (table.ident(), table.key().ident());
        match self.rng.u32(0..4) {
            0 => {
                let wanted = "SELECT quote_ident(tgname) FROM pg_trigger WHERE tgrelid = :table AND NOT tgisinternal ORDER BY 1";
                let trigger = self.named(wanted, &table).await?;
                self.same("drop trigger", format!("DROP TRIGGER {trigger} ON {name}"))
            }
            1 => {
                let policy = fresh_name(self.rng, "pol");
                self.same("create policy", format!("CREATE POLICY {policy} ON {name} USING ({key} > 0)"))
            }
            2 => self.same("row-level security", format!("ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")),
            _ => {
                let trigger = fresh_name(self.rng, "trg");
                self.same("create trigger", format!("CREATE TRIGGER {trigger} AFTER INSERT ON {name} FOR EACH ROW EXECUTE FUNCTION noted()"))
            }
        }
    }

    fn privilege(&mut self) -> Option<Proposal> {
        let (table, one) = self.column(|_| true)?;
        let (name, set) = (table.ident(), one.ident());
        match self.rng.u32(0..4) {
            0 => self.same("grant", format!("GRANT UPDATE ON {name} TO pg_monitor")),
            1 => self.same("revoke", format!("REVOKE SELECT ON {name} FROM pg_monitor")),
            2 => self.same(
                "revoke, then grant",
                format!("REVOKE ALL ON {name} FROM pg_monitor;\nGRANT SELECT ON {name} TO pg_monitor"),
            ),
            _ => self.same("grant on a column", format!("GRANT SELECT ({set}) ON {name} TO pg_monitor")),
        }
    }

    fn rename_table(&mut self) -> Option<Proposal> {
        let table = self.table()?;
        if self.old.table(table.id).is_none_or(|before| before.name != table.name) {
            return None;
        }
        let name = format!("{} {}", table.name, self.fresh.id());
        let schema = self.with(&table, |table| table.name.clone_from(&name));
        self.sql(
            "rename table",
            format!("ALTER TABLE {} RENAME TO {}", table.ident(), Ident::new(&name)),
            schema,
        )
    }

    fn create_or_drop_table(&mut self) -> Option<Proposal> {
        let table = self.table()?;
        if self.rng.bool()
            && self.schema.tables.len() > 2
            && !table.referenced
            && self.old.table(table.id).is_some()
        {
            let mut schema = self.schema.clone();
            schema.tables.retain(|other| other.id != table.id);
            return self.sql("drop table", format!("DROP TABLE {}", table.ident()), schema);
        }
        let name = fresh_name(self.rng, "made");
        if !table.has_primary_key {
            return self
                .same("create table", format!("CREATE TABLE {name} (id serial PRIMARY KEY, note text)"));
        }
        self.same(
            "create table",
            format!(
                "CREATE TABLE {name} (id integer PRIMARY KEY, other {} REFERENCES {})",
                table.key().kind.sql(),
                table.ident()
            ),
        )
    }

    fn settings(&mut self) -> Option<Proposal> {
        let (table, one) = self.column(|column| column.kind.is_indexable())?;
        let (name, set) = (table.ident(), one.ident());
        match self.rng.u32(0..5) {
            4 => {
                let key = table.key();
                let whole = matches!(key.kind, Kind::Integer | Kind::Bigint) && key.default.is_none();
                whole.then_some(())?;
                let head = format!("ALTER TABLE {name} ALTER COLUMN {}", key.ident());
                self.same(
                    "add identity",
                    format!("{head} ADD GENERATED BY DEFAULT AS IDENTITY (START WITH 1000000)"),
                )
            }
            0 => self
                .same("set statistics", format!("ALTER TABLE {name} ALTER COLUMN {set} SET STATISTICS 77")),
            1 => self.same("storage parameters", format!("ALTER TABLE {name} SET (fillfactor = 80)")),
            2 => self.same("replica identity", format!("ALTER TABLE {name} REPLICA IDENTITY FULL")),
            _ => {
                let statistics = fresh_name(self.rng, "stat");
                self.same(
                    "create statistics",
                    format!("CREATE STATISTICS {statistics} ON {set}, {} FROM {name}", table.key().ident()),
                )
            }
        }
    }

    /// One column of text becomes two.
    fn split(&mut self) -> Option<Proposal> {
        let (table, source) =
            self.column(|column| matches!(column.kind, Kind::Text | Kind::LongVarchar) && !column.unique)?;
        let alone = table.columns.iter().all(|other| other.id == source.id || other.group != source.group);
        if !self.untouched(&table, &source) || !alone || source.default.is_some() || source.not_null {
            return None;
        }
        let mut parts = Vec::new();
        for number in [1, 2] {
            let mut part = column(self.fresh.id(), format!("part{number}x{}", self.fresh.id()), Kind::Text);
            (part.group, part.full) = (source.id, source.full);
            parts.push((part, format!("split_part({}, ' ', {number})", source.ident())));
        }
        let [(mut first, first_up), (mut second, second_up)] = <[_; 2]>::try_from(parts).ok()?;
        let down = format!("{{{}}} || ' ' || {{{}}}", first.name, second.name);
        let back: &'static str = Box::leak(down.clone().into_boxed_str());
        (first.gives_back, second.gives_back) = (Some(back), Some(back));
        let down = down.replace(['{', '}'], "");
        let down = if source.kind == Kind::LongVarchar { format!("({down})::varchar(200)") } else { down };
        let entry = format!(
            "  - transform_columns:\n      table: {}\n      from: [{}]\n      to: [{{name: {a}, type: text}}, {{name: {b}, type: text}}]\n      up: {{{a}: {}, {b}: {}}}\n      down: {{{}: {}}}\n",
            yaml(&table.name),
            yaml(&source.name),
            yaml(&first_up),
            yaml(&second_up),
            yaml(&source.name),
            yaml(&down),
            a = first.name,
            b = second.name,
        );
        let name = table.ident();
        let direct = vec![
            format!(
                "ALTER TABLE {name} ADD COLUMN {} text, ADD COLUMN {} text",
                first.ident(),
                second.ident()
            ),
            format!("UPDATE {name} SET {} = {first_up}, {} = {second_up}", first.ident(), second.ident()),
            format!("ALTER TABLE {name} DROP COLUMN {}", source.ident()),
        ];
        let schema = self.with(&table, |table| {
            table.columns.retain(|column| column.id != source.id);
            table.columns.extend([first, second]);
        });
        Some(Proposal {
            written: Written::Yaml(entry),
            direct,
            schema,
            feature: "split a column",
            leaves: false,
        })
    }

    fn own_sql(&mut self) -> Option<Proposal> {
        let id = self.fresh.id();
        let sql = format!("INSERT INTO notes VALUES ({id}, 'x')");
        let stage = if self.rng.bool() { "expand" } else { "contract" };
        let directive = match id % 3 {
            0 if stage == "expand" => String::new(),
            _ => format!("-- midflight: phase {stage}\n"),
        };
        let mut proposal = self.same("own SQL", format!("{directive}{sql}"))?;
        proposal.leaves = stage == "expand";
        Some(proposal)
    }
}

fn rename(table: &mut Table, column: u32, name: &str) {
    if let Some(column) = table.column_mut(column) {
        name.clone_into(&mut column.name);
    }
}

fn rename_in(schema: &mut Schema, table: u32, column: u32, name: &str) {
    if let Some(table) = schema.table_mut(table) {
        rename(table, column, name);
    }
}

fn flag(table: &mut Table, column: u32, not_null: bool) {
    if let Some(column) = table.column_mut(column) {
        column.not_null = not_null;
        column.full |= not_null;
    }
}

/// A text as YAML writes it
fn yaml(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
