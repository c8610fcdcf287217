//! The comparer sees every single difference, and none where there is none

use std::collections::BTreeSet;
use std::ops::Range;

use midflight::compare::left_out::LEFT_OUT;
use midflight::compare::{self, Options, Volatile};
use midflight::ident::Ident;

use crate::support::comparison::{Sides, connect, options};
use crate::support::database::TestDb;

const SCHEMA: &str = include_str!("../compare/schema.sql");

/// One change of the schema, of a row or of a value, and a word of what has to be told.
const PLANTED: &[(&str, &str)] = &[
    ("CREATE SCHEMA more", "schema more"),
    ("GRANT USAGE ON SCHEMA sales TO pg_monitor", "schema sales: privileges"),
    ("ALTER SCHEMA sales OWNER TO pg_monitor", "schema sales: owner"),
    ("CREATE TABLE more ()", "table public.more"),
    ("ALTER TABLE plain OWNER TO pg_monitor", "table public.plain: owner"),
    ("ALTER TABLE plain SET UNLOGGED", "public.plain: persistence"),
    ("ALTER TABLE plain SET (fillfactor = 50)", "public.plain: storage parameters"),
    ("ALTER TABLE plain SET (toast.autovacuum_enabled = false)", "public.plain: storage parameters of TOAST"),
    ("ALTER TABLE plain REPLICA IDENTITY FULL", "public.plain: replica identity"),
    ("ALTER TABLE users ENABLE ROW LEVEL SECURITY", "public.users: row-level security"),
    ("ALTER TABLE users FORCE ROW LEVEL SECURITY", "public.users: forced row-level security"),
    ("GRANT DELETE ON \"Orders\" TO pg_monitor", "public.\"Orders\": privileges"),
    ("REVOKE SELECT ON users FROM pg_monitor", "public.users: privileges"),
    ("ALTER TABLE plain SET SCHEMA sales", "table sales.plain"),
    ("ALTER TABLE plain ADD COLUMN c integer", "column public.plain.c"),
    ("ALTER TABLE plain ALTER a TYPE bigint", "column public.plain.a: type"),
    ("ALTER TABLE users ALTER code TYPE char(6)", "column public.users.code: type"),
    ("ALTER TABLE plain ALTER a SET NOT NULL", "column public.plain.a: NOT NULL"),
    ("ALTER TABLE \"Orders\" ALTER \"Total\" SET DEFAULT 1", "public.\"Orders\".\"Total\": default"),
    ("ALTER TABLE users ALTER id SET GENERATED ALWAYS", "column public.users.id: identity"),
    ("ALTER TABLE users ALTER twice DROP EXPRESSION", "column public.users.twice: generated"),
    ("ALTER TABLE plain ALTER b TYPE text COLLATE by_bytes", "column public.plain.b: collation"),
    ("ALTER TABLE plain ALTER b SET STORAGE EXTERNAL", "column public.plain.b: storage"),
    ("ALTER TABLE plain ALTER b SET COMPRESSION pglz", "column public.plain.b: compression"),
    ("ALTER TABLE plain ALTER b SET STATISTICS 7", "column public.plain.b: statistics target"),
    ("ALTER TABLE plain ALTER b SET (n_distinct = 5)", "column public.plain.b: settings"),
    ("GRANT SELECT (b) ON plain TO pg_monitor", "column public.plain.b: privileges"),
    ("ALTER TABLE base ADD COLUMN c integer", "column public.heir.c"),
    ("ALTER TABLE heir NO INHERIT base", "table public.heir: inherits"),
    ("ALTER TABLE parts DETACH PARTITION parts_2", "table public.parts_2: partition bound"),
    ("ALTER TABLE users DROP CONSTRAINT name_given", "constraint name_given on public.users"),
    ("ALTER TABLE plain ADD CHECK (a > 0) NOT VALID", "constraint plain_a_check on public.plain"),
    ("ALTER TABLE users RENAME CONSTRAINT name_given TO \"Name\"", "constraint \"Name\" on public.users"),
    (
        "ALTER TABLE \"Orders\" ALTER CONSTRAINT orders_user DEFERRABLE",
        "orders_user on public.\"Orders\": deferrable",
    ),
    (
        "UPDATE pg_constraint SET convalidated = false WHERE conname = 'orders_user'",
        "public.\"Orders\": valid",
    ),
    ("ALTER DOMAIN email DROP CONSTRAINT has_at", "constraint has_at on public.email"),
    ("ALTER DOMAIN email SET DEFAULT 'x@y'", "type public.email: typdefault"),
    ("ALTER DOMAIN email SET NOT NULL", "type public.email: typnotnull"),
    ("ALTER TYPE mood RENAME VALUE 'sad' TO 'bad'", "labels of enum public.mood"),
    ("ALTER TYPE mood ADD VALUE 'so-so' BEFORE 'ok'", "labels of enum public.mood"),
    ("ALTER TYPE \"Point\" ADD ATTRIBUTE z integer", "column public.\"Point\".z"),
    ("ALTER TYPE span OWNER TO pg_monitor", "type public.span: typowner"),
    ("REVOKE USAGE ON TYPE mood FROM PUBLIC", "type public.mood: typacl"),
    ("DROP INDEX users_name", "index public.users_name"),
    ("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_name'::regclass", "users_name: valid"),
    ("CLUSTER users USING users_name", "index public.users_name: clustered"),
    ("ALTER INDEX users_lower ALTER COLUMN 1 SET STATISTICS 9", "users_lower: statistics targets"),
    ("ALTER INDEX users_name SET (fillfactor = 70)", "index public.users_name: definition"),
    ("ALTER TABLE users DISABLE TRIGGER touched", "trigger touched on public.users: enabled"),
    ("ALTER TABLE users ENABLE ALWAYS TRIGGER touched", "trigger touched on public.users: enabled"),
    ("ALTER TABLE \"Orders\" DISABLE TRIGGER ALL", "trigger of a constraint"),
    (
        "CREATE OR REPLACE TRIGGER touched AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch()",
        "touched",
    ),
    ("DROP RULE quiet ON plain", "rule quiet on public.plain"),
    ("ALTER TABLE plain DISABLE RULE quiet", "rule quiet on public.plain: enabled"),
    ("ALTER POLICY mine ON users TO PUBLIC", "policy mine on public.users: to"),
    ("ALTER POLICY mine ON users USING (id > 1)", "policy mine on public.users: using"),
    (
        "CREATE OR REPLACE VIEW cheap AS SELECT id, name FROM users WHERE price < 11",
        "view public.cheap: query",
    ),
    ("ALTER VIEW cheap SET (security_barrier)", "view public.cheap: storage parameters"),
    ("REFRESH MATERIALIZED VIEW sums WITH NO DATA", "materialized view public.sums: populated"),
    ("ALTER SEQUENCE numbers AS integer", "sequence public.numbers: type"),
    ("ALTER SEQUENCE numbers CYCLE", "sequence public.numbers: cycle"),
    ("ALTER SEQUENCE numbers OWNED BY plain.a", "sequence public.numbers: owned by"),
    ("SELECT setval('numbers', 1, false)", "sequence public.numbers: value"),
    ("SELECT nextval('\"Orders_Id_seq\"')", "sequence public.\"Orders_Id_seq\": value"),
    ("GRANT USAGE ON SEQUENCE numbers TO pg_monitor", "sequence public.numbers: privileges"),
    (
        "CREATE OR REPLACE FUNCTION double_of(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n + n'",
        "double_of",
    ),
    ("ALTER FUNCTION double_of(integer) PARALLEL SAFE", "double_of(integer): parallel"),
    ("ALTER FUNCTION touch() SET search_path = sales", "function public.touch(): definition"),
    ("REVOKE EXECUTE ON FUNCTION touch() FROM PUBLIC", "function public.touch(): privileges"),
    ("CREATE OR REPLACE PROCEDURE noop() LANGUAGE sql AS 'SELECT 2'", "procedure public.noop()"),
    (
        "CREATE OR REPLACE AGGREGATE total(integer) (sfunc = int4pl, stype = integer, initcond = '1')",
        "agginitval",
    ),
    ("ALTER OPERATOR @@@ (mood, mood) OWNER TO pg_monitor", "operator public.@@@"),
    ("DROP CAST (mood AS integer)", "cast"),
    ("ALTER COLLATION by_bytes RENAME TO by_byte", "collation public.by_byte"),
    (
        "ALTER TEXT SEARCH CONFIGURATION words DROP MAPPING FOR email",
        "mapping of a text search configuration",
    ),
    (
        "ALTER TEXT SEARCH DICTIONARY plain_words (accept = false)",
        "text search dictionary public.plain_words",
    ),
    ("ALTER SERVER elsewhere OPTIONS (SET host 'b')", "server elsewhere: srvoptions"),
    ("ALTER USER MAPPING FOR CURRENT_USER SERVER elsewhere OPTIONS (SET name 'y')", "user mapping"),
    ("GRANT USAGE ON FOREIGN SERVER elsewhere TO pg_monitor", "server elsewhere: srvacl"),
    ("ALTER FOREIGN TABLE remote OPTIONS (ADD b 'c')", "foreign table public.remote: options"),
    ("ALTER STATISTICS users_stats SET STATISTICS 3", "statistics public.users_stats: target"),
    ("ALTER PUBLICATION changes SET (publish = 'insert')", "publication changes: pubdelete"),
    ("ALTER PUBLICATION changes DROP TABLE heir", "table of a publication public.heir in changes"),
    ("ALTER EVENT TRIGGER noted ENABLE", "event trigger noted: evtenabled"),
    ("ALTER DEFAULT PRIVILEGES IN SCHEMA sales GRANT SELECT ON TABLES TO pg_monitor", "default privileges"),
    ("COMMENT ON COLUMN users.name IS 'otherwise'", "comment table column public.users.name"),
    (
        "COMMENT ON CONSTRAINT name_given ON users IS 'yes'",
        "comment table constraint name_given on public.users",
    ),
    ("COMMENT ON SCHEMA public IS 'yes'", "comment schema public"),
    ("ALTER EXTENSION plpgsql ADD FUNCTION double_of(integer)", "extension plpgsql: members"),
    ("SELECT lo_put(4711, 0, 'x')", "large object 4711: content"),
    ("GRANT SELECT ON LARGE OBJECT 4711 TO pg_monitor", "large object 4711: privileges"),
    ("REVOKE EXECUTE ON FUNCTION pg_sleep(double precision) FROM PUBLIC", "privileges of a built-in"),
    (
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''5MB''', current_database()); END $$",
        "settings of the database",
    ),
    (
        "UPDATE users SET name = 'user x' WHERE id = 77",
        "id = '77': name is 'user 77' in the first, 'user x' in the second",
    ),
    ("UPDATE users SET price = 1.000 WHERE id = 4", "id = '4': price"),
    (
        "DELETE FROM \"Orders\" WHERE \"Id\" = 9",
        "\"Orders\" differ (100 in the first, 99 in the second); row Id = '9' only in the first",
    ),
    (
        "DELETE FROM plain WHERE ctid = '(0,1)'",
        "rows of public.plain differ (3 in the first, 2 in the second); row a = '1', b = 'x' only in the first",
    ),
    ("UPDATE plain SET b = '' WHERE a = 2", "b = NULL only in the first"),
    ("INSERT INTO parts VALUES (2, 'x')", "rows of public.parts_2 differ"),
    ("UPDATE \"Orders\" SET at = at + interval '1 microsecond' WHERE \"Id\" = 5", "Id = '5': at is"),
    (
        "UPDATE users SET feels = 'sad' WHERE id = 3; UPDATE users SET feels = 'ok' WHERE id = 3; UPDATE users SET feels = NULL WHERE id = 3",
        "feels is 'ok' in the first, NULL in the second",
    ),
];

#[tokio::test]
async fn a_copy_differs_in_nothing() {
    let (one, other) = (rich().await, rich().await);
    Sides::of(&one, &other).await.assert_alike("two databases made alike", &options()).await;
}

/// A test each for a part of the list: they run side by side.
macro_rules! parts {
    ($($name:ident $at:literal),*) => {
        $(#[tokio::test]
        async fn $name() {
            seen(PLANTED.len() * $at / PARTS..PLANTED.len() * ($at + 1) / PARTS).await;
        })*
        const PARTS: usize = [$($at),*].len();
    };
}

parts! {
    every_planted_difference_is_seen_1 0, every_planted_difference_is_seen_2 1,
    every_planted_difference_is_seen_3 2, every_planted_difference_is_seen_4 3
}

async fn seen(part: Range<usize>) {
    const { assert!(PLANTED.len() > 90) };
    let (untouched, planted) = (rich().await, rich().await);
    let before = compare::read(&mut connect(&untouched).await, &options()).await.unwrap();
    let mut unseen = Vec::new();
    for (sql, word) in &PLANTED[part] {
        let copy = planted.copy().await;
        copy.exec(&format!("SET allow_system_table_mods = on; {sql}")).await;
        let after = compare::read(&mut connect(&copy).await, &options()).await.unwrap();
        let mut found = before.differences(&after);
        if found.iter().any(|one| one.kind == "rows") {
            found = Sides::of(&untouched, &copy).await.differences(&options()).await;
        }
        let told: Vec<String> = found.iter().map(ToString::to_string).collect();
        if !told.iter().any(|line| line.contains(word)) {
            unseen.push(format!("{sql}\n  no {word:?} in {told:#?}"));
        }
        copy.discard().await;
    }
    assert!(unseen.is_empty(), "{} not seen:\n{}", unseen.len(), unseen.join("\n"));
}

#[tokio::test]
async fn what_is_volatile_is_not_told() {
    let (one, other) = (rich().await, rich().await);
    other.exec("UPDATE \"Orders\" SET at = now(); DELETE FROM plain; SELECT nextval('numbers')").await;
    let volatile = |relation: &str, column: Option<&str>| Volatile {
        relation: relation.to_owned(),
        column: column.map(str::to_owned),
    };
    let options = Options {
        volatile: vec![
            volatile("public.\"Orders\"", Some("at")),
            volatile("public.plain", None),
            volatile("public.numbers", None),
        ],
        ..options()
    };
    Sides::of(&one, &other).await.assert_alike("but for volatile values", &options).await;
}

#[tokio::test]
async fn midflights_own_schema_is_not_compared() {
    let (one, other) = (rich().await, rich().await);
    other
        .exec(
            "CREATE SCHEMA midflight CREATE TABLE t (a serial PRIMARY KEY); COMMENT ON TABLE midflight.t IS 'x';
             COMMENT ON CONSTRAINT t_pkey ON midflight.t IS 'y'; CREATE TYPE midflight.m AS ENUM ('a');
             CREATE FUNCTION midflight.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; COMMENT ON SCHEMA midflight IS 'z'",
        )
        .await;
    Sides::of(&one, &other).await.assert_alike("but for the state", &options()).await;
    let options = Options { state_schema: Ident::new("elsewhere"), ..options() };
    assert!(!Sides::of(&one, &other).await.differences(&options).await.is_empty());
}

/// A column of the catalog is read, or left out with a reason: also one that a later version of PostgreSQL adds.
#[tokio::test]
async fn every_column_of_the_catalog_is_read_or_left_out() {
    let db = TestDb::create().await;
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT c.relname::text, a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped",
    )
    .fetch_all(&mut db.connect().await)
    .await
    .unwrap();
    let words = compare::words_read();
    let left_out: BTreeSet<&str> = LEFT_OUT.iter().flat_map(|(names, _)| names.iter().copied()).collect();
    let known = |(catalog, column): &(String, String)| {
        let full = format!("{catalog}.{column}");
        left_out.contains(catalog.as_str())
            || left_out.contains(full.as_str())
            || compare::reads_whole(catalog)
            || words.contains(catalog.as_str()) && words.contains(column.as_str())
    };
    let unread: Vec<_> = columns.iter().filter(|column| !known(column)).collect();
    assert!(unread.is_empty(), "neither read nor in left_out.rs: {unread:?}");
}

async fn rich() -> TestDb {
    let db = TestDb::create().await;
    db.exec(SCHEMA).await;
    db
}
