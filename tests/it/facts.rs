//! What `pg` knows of PostgreSQL, held against a running server, fact by fact

use std::collections::BTreeSet;

use midflight::db::{self, Interrupt, Session};
use midflight::ident::Ident;
use midflight::migration::{self, source::Source};
use midflight::pg::types::{Cost, Type, change};
use midflight::pg::{KEYWORDS, Keyword, LockMode, functions, keyword, naming, over_rows};
use sqlx::{AssertSqlSafe, PgConnection, Row};

use super::support::database::TestDb;
use super::support::program::Program;

async fn code(conn: &mut PgConnection, sql: &str) -> String {
    match sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(conn).await {
        Ok(_) => "done".to_owned(),
        Err(error) => error.as_database_error().unwrap().code().unwrap().into_owned(),
    }
}

async fn texts(conn: &mut PgConnection, sql: &str) -> Vec<String> {
    let rows = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_all(conn).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn keywords_are_those_of_the_server() {
    let db = TestDb::create().await;
    let words =
        texts(&mut db.connect().await, "SELECT word || ' ' || catcode::text FROM pg_get_keywords()").await;
    let mut known = 0;
    for line in words {
        let (word, kind) = line.split_once(' ').unwrap();
        let expected = match kind {
            "R" => Some(Keyword::Reserved),
            "T" => Some(Keyword::FunctionOrType),
            "C" => Some(Keyword::ColumnName),
            _ => None,
        };
        // a later version may have made a word a keyword, and then it is quoted here as well
        assert!(keyword(word) == expected || expected.is_none() && keyword(word).is_some(), "{line}");
        known += usize::from(expected.is_some());
    }
    assert!(known > 140 && known <= KEYWORDS.len(), "{known}");
}

#[tokio::test]
async fn locks_conflict_as_the_server_says() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE t (a int)").await;
    let (mut mine, mut other) = (db.connect().await, db.connect().await);
    for held in LockMode::ALL {
        assert_eq!(code(&mut mine, &format!("BEGIN; LOCK TABLE t IN {} MODE", held.name())).await, "done");
        for wanted in LockMode::ALL {
            let lock = format!("BEGIN; LOCK TABLE t IN {} MODE NOWAIT", wanted.name());
            let waits = code(&mut other, &lock).await == "55P03";
            assert_eq!(waits, held.conflicts(wanted), "{} against {}", wanted.name(), held.name());
            code(&mut other, "ROLLBACK").await;
        }
        let names = "SELECT mode FROM pg_locks WHERE relation = 't'::regclass AND pid = pg_backend_pid()";
        assert_eq!(texts(&mut mine, names).await, [held.catalog_name()]);
        assert_eq!(LockMode::of_catalog(&held.catalog_name()), Some(held));
        code(&mut mine, "ROLLBACK").await;
    }
}

/// What the planner's statements take on a table that is in use.
#[tokio::test]
async fn statements_take_the_locks_that_plans_name() {
    use LockMode::{AccessExclusive, RowExclusive, Share, ShareRowExclusive, ShareUpdateExclusive};
    let db = TestDb::create().await;
    db.exec(
        "CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, a int, b int NOT NULL, s text);
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         ALTER TABLE t ADD CONSTRAINT later CHECK (a > 0) NOT VALID; CREATE INDEX i ON t (a); CREATE UNIQUE INDEX u ON t (a);
         CREATE SEQUENCE q OWNED BY t.a",
    )
    .await;
    let table: i64 = db.scalar("SELECT 't'::regclass::oid::bigint").await;
    let mut conn = db.connect().await;
    for (sql, mode) in [
        ("ALTER TABLE t ADD COLUMN c int", AccessExclusive),
        ("ALTER TABLE t DROP COLUMN s", AccessExclusive),
        ("ALTER TABLE t RENAME COLUMN a TO z", AccessExclusive),
        ("ALTER TABLE t ALTER a TYPE bigint", AccessExclusive),
        ("ALTER TABLE t ALTER a SET DEFAULT 1", AccessExclusive),
        ("ALTER TABLE t ALTER b DROP NOT NULL", AccessExclusive),
        ("ALTER TABLE t ALTER a SET NOT NULL", AccessExclusive),
        ("ALTER TABLE t ALTER a SET STATISTICS 10", ShareUpdateExclusive),
        ("ALTER TABLE t ALTER a SET (n_distinct = 5)", ShareUpdateExclusive),
        ("ALTER TABLE t SET (fillfactor = 70)", ShareUpdateExclusive),
        ("ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID", AccessExclusive),
        ("ALTER TABLE t VALIDATE CONSTRAINT later", ShareUpdateExclusive),
        ("ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES parent NOT VALID", ShareRowExclusive),
        ("ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX u", AccessExclusive),
        ("ALTER TABLE t DROP CONSTRAINT later", AccessExclusive),
        ("ALTER TABLE t RENAME CONSTRAINT later TO sooner", AccessExclusive),
        ("ALTER TABLE t RENAME TO t2", AccessExclusive),
        ("ALTER TABLE t ENABLE ROW LEVEL SECURITY", AccessExclusive),
        ("ALTER TABLE t REPLICA IDENTITY FULL", AccessExclusive),
        ("CREATE INDEX n ON t (a)", Share),
        ("DROP INDEX i", AccessExclusive),
        ("CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", ShareRowExclusive),
        ("CREATE STATISTICS x ON a, b FROM t", ShareUpdateExclusive),
        ("CREATE POLICY p ON t", AccessExclusive),
        ("COMMENT ON TABLE t IS 'x'", ShareUpdateExclusive),
        ("COMMENT ON COLUMN t.a IS 'x'", ShareUpdateExclusive),
        ("UPDATE t SET a = 1", RowExclusive),
        ("DROP TABLE t", AccessExclusive),
    ] {
        assert_eq!(code(&mut conn, &format!("BEGIN; {sql}")).await, "done", "{sql}");
        let held =
            format!("SELECT mode FROM pg_locks WHERE relation = {table}::oid AND pid = pg_backend_pid()");
        let held = texts(&mut conn, &held).await;
        let strongest = held.iter().filter_map(|name| LockMode::of_catalog(name)).max();
        code(&mut conn, "ROLLBACK").await;
        assert_eq!(strongest, Some(mode), "{sql}: {held:?}");
    }
}

/// What a change of type does to the table's file and to that of an index on the column: none where it has no cast.
async fn rewrites(conn: &mut PgConnection, from: &str, to: &str) -> Option<(bool, bool)> {
    // an index that the new type can't have keeps the change from being made
    match change_made(conn, from, to, "CREATE INDEX i ON t (a)").await {
        None => {
            change_made(conn, from, to, "CREATE INDEX i ON t ((true))").await.map(|(table, _)| (table, false))
        }
        made => made,
    }
}

async fn change_made(conn: &mut PgConnection, from: &str, to: &str, index: &str) -> Option<(bool, bool)> {
    code(conn, &format!("BEGIN; CREATE TABLE t (a {from}); SAVEPOINT s")).await;
    if code(conn, index).await != "done" {
        code(conn, "ROLLBACK TO s; CREATE INDEX i ON t ((true))").await;
    }
    let files = "SELECT pg_relation_filenode('t')::text UNION ALL SELECT pg_relation_filenode('i')::text";
    let before = texts(conn, files).await;
    let made = code(conn, &format!("ALTER TABLE t ALTER a TYPE {to}")).await == "done";
    let after = if made { texts(conn, files).await } else { Vec::new() };
    code(conn, "ROLLBACK").await;
    made.then(|| (after[0] != before[0], after[1] != before[1]))
}

const TYPES: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "numeric(10)",
    "numeric(12)",
    "numeric(10,2)",
    "numeric(12,2)",
    "real",
    "double precision",
    "text",
    "varchar",
    "varchar(10)",
    "varchar(20)",
    "char(5)",
    "bpchar",
    "name",
    "boolean",
    "uuid",
    "bytea",
    "date",
    "time",
    "time(3)",
    "timestamp",
    "timestamp(3)",
    "timestamptz",
    "timestamptz(3)",
    "interval",
    "interval(3)",
    "interval year",
    "interval month",
    "interval day to second",
    "interval day to second(3)",
    "json",
    "jsonb",
    "inet",
    "cidr",
    "bit(3)",
    "varbit",
    "varbit(5)",
    "oid",
    "xml",
    "int[]",
    "bigint[]",
    "text[]",
    "varchar(10)[]",
    "numeric(10)[]",
    "mood",
    "positive",
];

const OWN_TYPES: &str = "CREATE TYPE mood AS ENUM ('sad'); CREATE DOMAIN positive AS int CHECK (VALUE > 0);";

#[tokio::test]
async fn types_rewrite_and_are_cast_as_the_server_does() {
    let db = TestDb::create().await;
    db.exec(OWN_TYPES).await;
    let columns: Vec<String> = TYPES.iter().enumerate().map(|(at, type_)| format!("c{at} {type_}")).collect();
    db.exec(&format!("CREATE TABLE every ({})", columns.join(", "))).await;
    // A file that names every type, so that the snapshot knows them as they are written.
    let file: String =
        TYPES.iter().map(|type_| format!("ALTER TABLE every ALTER c0 TYPE {type_};\n")).collect();
    let file = migration::parse(Source::new("1.sql", file)).unwrap();
    let mut session = Session::connect(&db.url(), Interrupt::never()).await.unwrap();
    let catalog = db::catalog::load(&mut session, "public", &[&file]).await.unwrap();
    let table = catalog.tables.values().next().unwrap();
    let mut conn = db.connect().await;
    // In a session at UTC a timestamp is what it is with a time zone, and nothing is rewritten.
    code(&mut conn, "SET TimeZone = 'Europe/Paris'").await;
    let mut seen = BTreeSet::new();
    for (from, column) in TYPES.iter().zip(&table.columns) {
        let named = &catalog.types[*from];
        assert_eq!(named, &column.type_info, "{from}: as it is written and as a column has it");
        for to in TYPES.iter().filter(|to| *to != from) {
            let server = rewrites(&mut conn, from, to).await;
            let target = &catalog.types[*to];
            assert!(column.type_info.spelling != target.spelling || from == to, "{from}, {to}");
            if !column.type_info.domain && !target.domain {
                assert_eq!(
                    server.is_some(),
                    catalog.assigns(&column.type_info, target),
                    "cast from {from} to {to}"
                );
            }
            let Some((table, index)) = server else { continue };
            let (old, new) = (Type::parse(from), Type::parse(to));
            let cost = change(Some(&old), &new);
            match cost {
                Cost::Free => assert!(!table, "{from} to {to} rewrites"),
                Cost::Rewrite => assert!(table, "{from} to {to} doesn't rewrite"),
                Cost::Unknown => {}
            }
            if cost == Cost::Free && old.sorts_like(&new) {
                assert!(!index, "{from} to {to} builds the index again");
            }
            seen.insert((table, index));
        }
    }
    assert!(seen.len() >= 3, "{seen:?}");
}

#[tokio::test]
async fn names_are_those_that_the_server_gives() {
    let db = TestDb::create().await;
    let mut conn = db.connect().await;
    let tables =
        ["t", "a_table_with_a_long_name_of_forty_bytes_x", "ééééééééééééééééééééééééééééé", "Mixed Case"];
    let columns = ["c", "a_column_with_a_long_name_of_thirty", "üüüüüüüüüüüüüüüüüüüüüüüüüüüx", "Größe"];
    for table in tables {
        for column in columns {
            let (t, c) = (Ident::new(table), Ident::new(column));
            let sql = format!(
                "BEGIN; CREATE TABLE {t} ({c} int UNIQUE CHECK ({c} > 0) REFERENCES {t} ({c}), n serial PRIMARY KEY, x int CHECK (x <> {c}),
                   UNIQUE ({c}, x), EXCLUDE ({c} WITH =));
                 CREATE INDEX ON {t} ({c}); CREATE INDEX ON {t} ({c}, {c}) INCLUDE (x); CREATE INDEX ON {t} ({c}); CREATE INDEX ON {t} ((x + 1), (x + 2), lower('a'))"
            );
            assert_eq!(code(&mut conn, &sql).await, "done", "{sql}");
            let list = "SELECT conname::text FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
                        UNION SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('i', 'S')";
            let given: BTreeSet<String> = texts(&mut conn, list).await.into_iter().collect();
            code(&mut conn, "ROLLBACK").await;
            let mut expected: BTreeSet<String> = BTreeSet::new();
            let x = Ident::new("x");
            for (columns, label) in [
                (vec![c.clone()], "key"),
                (vec![c.clone()], "check"),
                (vec![c.clone()], "fkey"),
                (vec![], "pkey"),
                (vec![Ident::new("n")], "seq"),
                (vec![], "check"),
                (vec![c.clone(), x.clone()], "key"),
                (vec![c.clone()], "excl"),
                (vec![c.clone()], "idx"),
                (vec![c.clone(), c.clone(), x.clone()], "idx"),
                (vec![c.clone()], "idx"),
                (vec![Ident::new("expr"), Ident::new("expr"), Ident::new("lower")], "idx"),
            ] {
                let columns = naming::joined(&naming::index_columns(columns));
                let taken = |name: &Ident| expected.contains(name.as_str());
                let name = naming::object_name(table, &columns, label, taken);
                expected.insert(name.as_str().to_owned());
            }
            assert_eq!(given, expected, "{table}, {column}");
        }
    }
}

#[tokio::test]
async fn functions_promise_what_the_lists_say() {
    let db = TestDb::create().await;
    let mut conn = db.connect().await;
    let volatile: BTreeSet<String> = texts(
        &mut conn,
        "SELECT proname::text FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace GROUP BY 1 HAVING bool_or(provolatile = 'v')",
    )
    .await
    .into_iter()
    .collect();
    let all = texts(
        &mut conn,
        "SELECT DISTINCT proname::text FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace",
    )
    .await;
    let here = |name: &&&str| all.iter().any(|known| known == **name);
    for name in functions::VOLATILE.iter().filter(here) {
        assert!(volatile.contains(*name), "{name} is not volatile");
    }
    let wrong: Vec<_> = functions::STABLE.iter().filter(|name| volatile.contains(**name)).collect();
    assert!(wrong.is_empty(), "volatile: {wrong:?}");
    let over_rows = texts(
        &mut conn,
        "SELECT DISTINCT proname::text FROM pg_proc
         WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind IN ('a', 'w')",
    )
    .await;
    let known = |name: &&String| functions::is_built_in(name) && !over_rows::is_over_rows(name);
    let missing: Vec<_> = over_rows.iter().filter(known).collect();
    assert!(!over_rows.is_empty() && missing.is_empty(), "over many rows: {missing:?}");
}

#[tokio::test]
async fn what_runs_alone_is_refused_in_a_transaction_and_nothing_else() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE TABLE t (a int); CREATE INDEX i ON t (a); CREATE TABLE p (a int) PARTITION BY LIST (a);
         CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE MATERIALIZED VIEW v AS SELECT 1 AS a;
         CREATE UNIQUE INDEX vi ON v (a); CREATE TYPE mood AS ENUM ('a')",
    )
    .await;
    let mut conn = db.connect().await;
    let name = db.name().to_owned();
    for sql in [
        "ALTER SYSTEM SET work_mem = '8MB'",
        "CREATE DATABASE facts_x",
        "DROP DATABASE IF EXISTS facts_x",
        "CREATE TABLESPACE x LOCATION '/nowhere'",
        "DROP TABLESPACE IF EXISTS x",
        "COMMIT PREPARED 'x'",
        "ROLLBACK PREPARED 'x'",
        "VACUUM",
        "VACUUM (ANALYZE) t",
        "VACUUM FULL t",
        "CLUSTER",
        "REINDEX (VERBOSE) TABLE CONCURRENTLY t",
        "REINDEX INDEX CONCURRENTLY i",
        "REINDEX SCHEMA public",
        "REINDEX TABLE p",
        "CREATE INDEX CONCURRENTLY j ON t (a)",
        "DROP INDEX CONCURRENTLY i",
        "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY",
        "CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p",
        &format!("ALTER DATABASE {name} SET TABLESPACE pg_default"),
    ] {
        assert_eq!(code(&mut conn, &format!("BEGIN; {sql}")).await, "25001", "{sql}");
        code(&mut conn, "ROLLBACK").await;
        assert!(migration::apart(sql).is_some(), "{sql}");
    }
    for sql in [
        "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
        "ALTER TYPE mood ADD VALUE 'b'",
        "ANALYZE t",
        "CREATE INDEX j ON t (a)",
        "DROP INDEX i",
        "ALTER TABLE p DETACH PARTITION p1",
        "CREATE TABLE \"concurrently\" (a int)",
        "LOCK TABLE t",
        "TRUNCATE t",
        &format!("ALTER DATABASE {name} SET work_mem = '8MB'"),
    ] {
        assert_eq!(code(&mut conn, &format!("BEGIN; {sql}")).await, "done", "{sql}");
        code(&mut conn, "ROLLBACK").await;
        assert_eq!(migration::apart(sql), None, "{sql}");
    }
}

/// A column of a domain that checks anything rewrites the table, at any depth; one of an array or a composite of it doesn't.
#[tokio::test]
async fn domains_rewrite_as_the_snapshot_says() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE DOMAIN free AS int; CREATE DOMAIN checked AS int CHECK (VALUE > 0); CREATE DOMAIN over_checked AS checked;
         CREATE DOMAIN required AS text NOT NULL; CREATE TYPE pair AS (a checked, b int); CREATE DOMAIN label AS varchar(10) CHECK (VALUE <> '')",
    )
    .await;
    db.exec("CREATE TABLE t (id int)").await;
    let types = ["free", "checked", "over_checked", "required", "pair", "checked[]", "label"];
    let file: String = types.iter().map(|type_| format!("ALTER TABLE t ADD COLUMN c {type_};\n")).collect();
    let file = migration::parse(Source::new("1.sql", file)).unwrap();
    let mut session = Session::connect(&db.url(), Interrupt::never()).await.unwrap();
    let catalog = db::catalog::load(&mut session, "public", &[&file]).await.unwrap();
    let mut conn = db.connect().await;
    for type_ in types {
        let file = "SELECT pg_relation_filenode('t')::text";
        let before = texts(&mut conn, file).await;
        assert_eq!(code(&mut conn, &format!("BEGIN; ALTER TABLE t ADD COLUMN c {type_}")).await, "done");
        let rewritten = texts(&mut conn, file).await != before;
        code(&mut conn, "ROLLBACK").await;
        assert_eq!(rewritten, catalog.types[type_].constrained, "{type_}");
    }
    assert_eq!(catalog.types["over_checked"].unchecked().spelling, "integer");
    assert_eq!(catalog.types["label"].unchecked().spelling, "character varying(10)");
}

async fn file_of(db: &TestDb, table: &str) -> i64 {
    db.scalar(&format!("SELECT pg_relation_filenode('{table}')::bigint")).await
}

#[tokio::test]
async fn a_default_is_volatile_however_its_function_is_written() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE SCHEMA app; CREATE FUNCTION app.now() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT clock_timestamp()';
         CREATE FUNCTION \"Key\"() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
         CREATE TABLE parts (id int PRIMARY KEY); INSERT INTO parts SELECT generate_series(1, 300)",
    )
    .await;
    let before = file_of(&db, "parts").await;
    let midflight = Program::new(
        &db,
        &[(
            "1.sql",
            "ALTER TABLE \"public\".\"parts\" ADD COLUMN \"token\" \"uuid\" DEFAULT \"gen_random_uuid\"() NOT NULL;
             ALTER TABLE parts ADD COLUMN at timestamptz DEFAULT app.now();
             ALTER TABLE parts ADD COLUMN k int DEFAULT \"Key\"();
             ALTER TABLE parts ADD COLUMN made timestamptz NOT NULL DEFAULT now();",
        )],
    );
    for stage in ["expand", "backfill", "contract"] {
        midflight.ok(&[stage]).await;
        assert_eq!(file_of(&db, "parts").await, before, "after {stage}");
    }
    let values: i64 = db.scalar("SELECT count(DISTINCT token) + count(DISTINCT at) + count(DISTINCT k) + count(DISTINCT made) FROM parts").await;
    assert!(values > 300 + 2 + 1, "{values}");
}

#[tokio::test]
async fn a_renamed_column_of_a_domain_is_not_rewritten() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE DOMAIN lab AS varchar(20) CHECK (VALUE <> ''); CREATE TABLE t (id bigint PRIMARY KEY, l lab);
         INSERT INTO t SELECT g, 'x' FROM generate_series(1, 300) g",
    )
    .await;
    let before = file_of(&db, "t").await;
    let midflight = Program::new(&db, &[("1.sql", "ALTER TABLE t RENAME COLUMN l TO m;")]);
    midflight.ok(&["expand"]).await;
    let mut conn = db.connect().await;
    assert_eq!(code(&mut conn, "INSERT INTO t (id, l) VALUES (1000, 'old')").await, "done");
    assert_eq!(code(&mut conn, "INSERT INTO t (id, m) VALUES (1001, 'new')").await, "done");
    assert_eq!(code(&mut conn, "INSERT INTO t (id, m) VALUES (1002, '')").await, "23514");
    midflight.ok(&["backfill"]).await;
    midflight.ok(&["contract"]).await;
    assert_eq!(file_of(&db, "t").await, before);
    assert_eq!(db.scalar::<i64>("SELECT count(m) FROM t").await, 302);
}

#[tokio::test]
async fn harmless_changes_of_type_are_made_in_place() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE TABLE t (id int PRIMARY KEY, n numeric(10), v varchar(10), i interval year, d interval, b int, at timestamp);
         INSERT INTO t VALUES (1, 5, 'x', '2 years', '1 year 3 days', 7, '2026-01-02 03:04:05')",
    )
    .await;
    let before = file_of(&db, "t").await;
    let midflight = Program::new(&db, &[("1.sql", WIDER)]);
    for stage in ["expand", "backfill", "contract"] {
        midflight.ok(&[stage]).await;
    }
    assert_eq!(file_of(&db, "t").await, before);
    let types = "SELECT string_agg(format_type(atttypid, atttypmod), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum IN (2, 3, 4)";
    assert_eq!(db.scalar::<String>(types).await, "numeric(12,0), text, interval");
    // What loses something needs the way back where the new release writes it under another name, and says so.
    for (sql, says) in [
        ("ALTER TABLE t ALTER d TYPE interval year; ALTER TABLE t RENAME d TO z;", "reverse "),
        ("ALTER TABLE t ALTER at TYPE time; ALTER TABLE t RENAME at TO z;", "reverse "),
    ] {
        let refused =
            Program::new(&db, &[("1.sql", WIDER), ("2.sql", sql)]).exits(&["plan", "2"], &[23]).await;
        assert!(refused.stderr.contains(says), "{}", refused.stderr);
    }
    let midflight = Program::new(&db, &[("1.sql", WIDER), ("2.sql", "ALTER TABLE t ALTER b TYPE text;")]);
    for stage in ["expand", "backfill", "contract"] {
        midflight.ok(&[stage, "2"]).await;
    }
    assert_eq!(db.scalar::<String>("SELECT b FROM t").await, "7");
}

const WIDER: &str = "ALTER TABLE t ALTER n TYPE numeric(12); ALTER TABLE t ALTER i TYPE interval; ALTER TABLE t ALTER v TYPE text;";

/// An INSERT that leaves a column out computes NULL of its domain before the trigger can fill it.
#[tokio::test]
async fn a_domain_that_refuses_null_is_not_left_to_the_trigger() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE DOMAIN required AS text NOT NULL; CREATE DOMAIN given AS required; CREATE DOMAIN said AS text CHECK (VALUE IS NOT NULL);
         CREATE TABLE t (id bigint PRIMARY KEY, a required, b given, c said, d said DEFAULT 'x')",
    )
    .await;
    for (sql, exit) in [
        ("ALTER TABLE t RENAME COLUMN a TO z;", 23),
        ("ALTER TABLE t RENAME COLUMN b TO z;", 23),
        ("ALTER TABLE t RENAME COLUMN c TO z;", 23),
        ("ALTER TABLE t RENAME COLUMN d TO z;", 0),
        ("ALTER TABLE t DROP COLUMN a;", 23),
        ("ALTER TABLE t DROP COLUMN c;", 23),
        ("ALTER TABLE t DROP COLUMN d;", 0),
    ] {
        let plan = Program::new(&db, &[("1.sql", sql)]).exits(&["plan"], &[exit]).await;
        assert_eq!(plan.stderr.contains("refuses NULL"), exit == 23, "{sql}: {}", plan.stderr);
    }
}

/// An operator is no function by name: only the server knows that the default is volatile.
#[tokio::test]
async fn what_would_rewrite_after_all_is_refused_before_anything_is_changed() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE FUNCTION roll(int, int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT (random() * $2)::int';
         CREATE OPERATOR @@@ (LEFTARG = int, RIGHTARG = int, FUNCTION = roll);
         CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)",
    )
    .await;
    let midflight = Program::new(
        &db,
        &[("1.sql", "ALTER TABLE t ADD COLUMN a int;\nALTER TABLE t ADD COLUMN r int DEFAULT 1 @@@ 6;")],
    );
    let refused = midflight.exits(&["expand"], &[23]).await;
    assert!(refused.stderr.contains("1.sql:2:"), "{}", refused.stderr);
    assert!(refused.stderr.contains("would rewrite the whole table"), "{}", refused.stderr);
    let columns = "SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0";
    assert_eq!(db.scalar::<i64>(columns).await, 1);
}

#[tokio::test]
async fn what_runs_alone_is_run_alone() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE parts (id int PRIMARY KEY)").await;
    let midflight = Program::new(
        &db,
        &[(
            "1.yaml",
            "operations:\n  - sql:\n      expand: |\n        CREATE TABLE more (a int);\n        VACUUM parts;\n        REINDEX TABLE CONCURRENTLY parts\n",
        )],
    );
    midflight.ok(&["expand"]).await;
    assert!(db.scalar::<bool>("SELECT to_regclass('more') IS NOT NULL").await);
}

#[tokio::test]
async fn constraints_get_the_names_that_later_files_use() {
    let db = TestDb::create().await;
    let table = "a_table_with_a_long_name_of_forty_bytes_x";
    db.exec(&format!("CREATE TABLE {table} (id int PRIMARY KEY)")).await;
    let column = "a_column_with_a_long_name_of_thirty";
    let file = format!("ALTER TABLE {table} ADD COLUMN {column} int CHECK ({column} > 0) UNIQUE;");
    let midflight = Program::new(&db, &[("1.sql", &file)]);
    for stage in ["expand", "backfill", "contract"] {
        midflight.ok(&[stage]).await;
    }
    let names = "SELECT string_agg(conname::text, ' ' ORDER BY conname) FROM pg_constraint WHERE conrelid = (SELECT oid FROM pg_class WHERE relname = 'a_table_with_a_long_name_of_forty_bytes_x') AND contype IN ('c', 'u')";
    let names: String = db.scalar(names).await;
    let plain = TestDb::create().await;
    plain.exec(&format!("CREATE TABLE {table} (id int PRIMARY KEY); {file}")).await;
    let expected: String = plain.scalar("SELECT string_agg(conname::text, ' ' ORDER BY conname) FROM pg_constraint WHERE contype IN ('c', 'u') AND connamespace = 'public'::regnamespace").await;
    assert_eq!(names, expected);
}
