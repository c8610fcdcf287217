//! `lint --trace`: what PostgreSQL does with migrations, seen in a throwaway server

use midflight::db::Interrupt;
use midflight::lint::{Created, Transaction};
use midflight::migration::{self, Migration, source::Source};
use midflight::trace::{
    FileTrace, NotDone, Observed, Outcome, Part, Relation, Rows, StatementTrace, TraceOptions, TraceReport,
    Tracer,
};

use super::support::{database::TestDb, program::Program};

/// What an application has been using for a while.
const SHOP: &str = "
    CREATE TABLE customers (id bigint PRIMARY KEY, email text UNIQUE);
    CREATE TABLE orders (
        id serial PRIMARY KEY, customer bigint, amount integer, note varchar(10),
        status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'paid'))
    );
    CREATE INDEX orders_amount_idx ON orders (amount);
    CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    CREATE TABLE \"Line Items\" (\"Id\" integer, \"order\" integer REFERENCES orders);
    CREATE TYPE mood AS ENUM ('good');
    CREATE TABLE moods (m mood);
";

fn file(name: &str, sql: &str) -> Migration {
    migration::parse(Source::new(name, sql)).unwrap()
}

fn options(transaction: Transaction) -> TraceOptions {
    TraceOptions { transaction, ..TraceOptions::new(Interrupt::never()) }
}

/// Traces files that come after the shop.
async fn trace(options: TraceOptions, files: &[&str]) -> TraceReport {
    let shop = file("0_shop.sql", SHOP);
    let files: Vec<Migration> =
        files.iter().enumerate().map(|(at, sql)| file(&format!("{}.sql", at + 1), sql)).collect();
    let report = midflight::trace::run(&[shop], &files, &options).await.unwrap();
    assert!(report.gaps.is_empty(), "{:?}", report.gaps);
    report
}

/// Traces one file, each statement alone.
async fn statements(sql: &str) -> Vec<StatementTrace> {
    traced(Transaction::Statement, sql).await
}

async fn traced(transaction: Transaction, sql: &str) -> Vec<StatementTrace> {
    let mut report = trace(options(transaction), &[sql]).await;
    let FileTrace { rows, statements, .. } = report.files.remove(0);
    let Rows::MadeUp { empty } = rows else { panic!("made-up rows are in the way: {rows:?}") };
    assert!(empty.is_empty(), "{empty:?}");
    statements
}

fn seen(statement: &StatementTrace) -> &Observed {
    statement.seen().unwrap_or_else(|| panic!("{statement:?}"))
}

fn sqlstate(statement: &StatementTrace) -> &str {
    &statement.error().unwrap_or_else(|| panic!("{statement:?}")).sqlstate
}

/// Locks on what is older than the file, the strongest first; weaker ones than those of DDL left out.
fn locks(statement: &StatementTrace) -> Vec<String> {
    let strong = seen(statement)
        .locks
        .iter()
        .filter(|lock| lock.mode >= midflight::plan::LockMode::ShareUpdateExclusive);
    let old = strong
        .filter(|lock| lock.relation.existed_before && lock.relation.kind == midflight::trace::Kind::Table);
    old.map(|lock| format!("{} {}", lock.relation.name, lock.mode.name())).collect()
}

fn names(relations: &[Relation]) -> Vec<String> {
    relations.iter().map(|relation| relation.name.to_string()).collect()
}

#[tokio::test]
async fn type_changes() {
    let seen_of = statements(
        "ALTER TABLE orders ALTER amount TYPE bigint;
         ALTER TABLE orders ALTER note TYPE varchar(20);
         ALTER TABLE customers ALTER id TYPE integer;",
    )
    .await;
    assert_eq!(locks(&seen_of[0]), ["public.orders ACCESS EXCLUSIVE"]);
    assert_eq!(
        names(&seen(&seen_of[0]).rewritten),
        ["public.orders", "public.orders_amount_idx", "public.orders_pkey"]
    );
    assert!(seen(&seen_of[0]).built.is_empty(), "an index of the same name is no new one");
    assert!(seen(&seen_of[0]).rewritten.iter().all(|relation| relation.existed_before));
    assert_eq!(locks(&seen_of[1]), ["public.orders ACCESS EXCLUSIVE"]);
    assert!(seen(&seen_of[1]).rewritten.is_empty() && seen(&seen_of[1]).scanned.is_empty(), "{seen_of:?}");
    assert_eq!(
        names(&seen(&seen_of[2]).rewritten),
        ["public.customers", "public.customers_email_key", "public.customers_pkey"]
    );
}

#[tokio::test]
async fn scans_and_what_saves_them() {
    let seen_of = statements(
        "ALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID;
         ALTER TABLE orders VALIDATE CONSTRAINT positive;
         ALTER TABLE orders ALTER amount SET NOT NULL;
         ALTER TABLE orders ADD CONSTRAINT note_set CHECK (note IS NOT NULL);
         ALTER TABLE orders ALTER note SET NOT NULL;
         TRUNCATE \"Line Items\";",
    )
    .await;
    let scanned = |at: usize| names(&seen(&seen_of[at]).scanned);
    assert_eq!(locks(&seen_of[0]), ["public.orders ACCESS EXCLUSIVE"]);
    assert!(scanned(0).is_empty());
    assert_eq!(locks(&seen_of[1]), ["public.orders SHARE UPDATE EXCLUSIVE"]);
    assert_eq!(scanned(1), ["public.orders"]);
    assert_eq!(scanned(2), ["public.orders"]);
    assert_eq!(locks(&seen_of[3]), ["public.orders ACCESS EXCLUSIVE"]);
    assert_eq!(scanned(3), ["public.orders"]);
    assert!(scanned(4).is_empty(), "the check proves it");
    assert_eq!(locks(&seen_of[5]), ["public.\"Line Items\" ACCESS EXCLUSIVE"]);
    assert!(seen(&seen_of[5]).rewritten.is_empty() && scanned(5).is_empty());
}

#[tokio::test]
async fn indexes() {
    let seen_of = statements(
        "CREATE INDEX a ON orders (note);
         CREATE INDEX CONCURRENTLY b ON orders (note);
         DROP INDEX CONCURRENTLY a;
         DROP INDEX b;
         REINDEX INDEX CONCURRENTLY orders_pkey;
         VACUUM FULL orders;
         VACUUM orders;",
    )
    .await;
    assert_eq!(locks(&seen_of[0]), ["public.orders SHARE"]);
    assert_eq!(names(&seen(&seen_of[0]).built), ["public.a"]);
    assert_eq!(names(&seen(&seen_of[0]).scanned), ["public.orders"]);
    assert_eq!(locks(&seen_of[1]), ["public.orders SHARE UPDATE EXCLUSIVE"]);
    assert_eq!(names(&seen(&seen_of[1]).built), ["public.b"]);
    assert_eq!(names(&seen(&seen_of[1]).scanned), ["public.orders"]);
    assert_eq!(locks(&seen_of[2]), ["public.orders SHARE UPDATE EXCLUSIVE"]);
    assert_eq!(locks(&seen_of[3]), ["public.orders ACCESS EXCLUSIVE"]);
    assert_eq!(locks(&seen_of[4]), ["public.orders SHARE UPDATE EXCLUSIVE"]);
    assert_eq!(names(&seen(&seen_of[4]).rewritten), ["public.orders_pkey"]);
    assert_eq!(locks(&seen_of[5]), ["public.orders ACCESS EXCLUSIVE"]);
    assert_eq!(locks(&seen_of[6]), ["public.orders SHARE UPDATE EXCLUSIVE"]);
    assert!(names(&seen(&seen_of[5]).rewritten).contains(&"public.orders".to_owned()));
}

#[tokio::test]
async fn other_tables_than_the_one_that_is_named() {
    let seen_of = statements(
        "ALTER TABLE orders ADD FOREIGN KEY (customer) REFERENCES customers;
         CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
         DROP TABLE \"Line Items\";
         CREATE TABLE notes (id integer PRIMARY KEY, \"order\" integer REFERENCES orders);",
    )
    .await;
    assert_eq!(
        locks(&seen_of[0]),
        ["public.customers SHARE ROW EXCLUSIVE", "public.orders SHARE ROW EXCLUSIVE"]
    );
    assert_eq!(names(&seen(&seen_of[0]).scanned), ["public.customers", "public.orders"]);
    assert_eq!(locks(&seen_of[1]), ["public.events ACCESS EXCLUSIVE"]);
    assert_eq!(
        locks(&seen_of[2]),
        ["public.\"Line Items\" ACCESS EXCLUSIVE", "public.orders ACCESS EXCLUSIVE"]
    );
    assert_eq!(locks(&seen_of[3]), ["public.orders SHARE ROW EXCLUSIVE"]);
    assert!(seen(&seen_of[3]).built.is_empty(), "a key of a new table is no build");
}

#[tokio::test]
async fn new_in_the_file_or_in_the_run() {
    let files = [
        "CREATE TABLE fresh (a integer); ALTER TABLE fresh ADD b integer;",
        "ALTER TABLE fresh ADD c integer;",
    ];
    for (created, later) in [(Created::InFile, true), (Created::InRun, false)] {
        let options = TraceOptions { created, ..options(Transaction::Statement) };
        let report = trace(options, &files).await;
        let existed = |file: usize, at: usize| {
            seen(&report.files[file].statements[at]).locks[0].relation.existed_before
        };
        assert!(!existed(0, 1));
        assert_eq!(existed(1, 0), later);
    }
}

#[tokio::test]
async fn transactions_mean_what_they_mean_to_the_runner() {
    let enumerated = "ALTER TYPE mood ADD VALUE 'bad'; INSERT INTO moods VALUES ('bad');";
    assert!(seen(&statements(enumerated).await[1]).rewritten.is_empty());
    for transaction in [Transaction::File, Transaction::Batch] {
        let seen_of = traced(transaction, enumerated).await;
        assert!(seen_of[0].seen().is_some());
        assert_eq!(sqlstate(&seen_of[1]), "55P04", "{transaction:?}");
    }

    let concurrent = "CREATE INDEX CONCURRENTLY c ON orders (note);";
    assert!(traced(Transaction::Batch, concurrent).await[0].seen().is_some(), "one statement is no block");
    let behind = format!("ALTER TABLE orders ADD d integer; {concurrent} DROP TABLE moods;");
    for transaction in [Transaction::File, Transaction::Batch] {
        let seen_of = traced(transaction, &behind).await;
        assert_eq!(locks(&seen_of[0]), ["public.orders ACCESS EXCLUSIVE"]);
        assert_eq!(sqlstate(&seen_of[1]), "25001", "{transaction:?}");
        assert!(matches!(seen_of[2].outcome, Outcome::NotDone(NotDone::NotRun(_))));
    }
    let seen_of =
        traced(Transaction::File, "ALTER TABLE orders ADD d int; CREATE INDEX e ON customers (email);").await;
    assert_eq!(locks(&seen_of[1]), ["public.customers SHARE"]);
    let held: Vec<_> = seen(&seen_of[1]).held.iter().map(|lock| lock.relation.name.to_string()).collect();
    assert_eq!(held, ["public.orders"]);

    // COMMIT ends the runner's transaction
    let seen_of = traced(
        Transaction::File,
        "ALTER TABLE orders ADD d integer; COMMIT; ALTER TABLE moods ADD e integer;",
    )
    .await;
    assert!(seen(&seen_of[2]).held.is_empty());
}

#[tokio::test]
async fn transactions_of_the_file_itself() {
    let sql = "
        BEGIN;
        SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;
        CREATE TABLE gone (a integer);
        SAVEPOINT s;
        ALTER TABLE nowhere ADD a integer;
        DROP TABLE orders;
        ROLLBACK TO s;
        LOCK TABLE orders;
        ROLLBACK;
        LOCK TABLE orders;
        CREATE TABLE gone (a integer);
        ALTER TABLE gone ADD nonsense;
        ALTER TABLE orders ADD d integer -- and a comment
        ;";
    for transaction in [Transaction::Statement, Transaction::File] {
        let seen_of = traced(transaction, sql).await;
        let failed: Vec<usize> = (0..seen_of.len()).filter(|at| seen_of[*at].error().is_some()).collect();
        assert_eq!(failed, [4, 9, 11], "{transaction:?}: {seen_of:#?}");
        assert_eq!(sqlstate(&seen_of[4]), "42P01");
        assert!(matches!(seen_of[5].outcome, Outcome::NotDone(NotDone::NotRun(_))));
        assert_eq!(locks(&seen_of[7]), ["public.orders ACCESS EXCLUSIVE"]);
        assert_eq!(sqlstate(&seen_of[9]), "25P01");
        assert_eq!(locks(&seen_of[12]), ["public.orders ACCESS EXCLUSIVE"]);
        assert!(seen(&seen_of[12]).held.is_empty(), "it was rolled back");
    }
    let seen_of = traced(
        Transaction::Batch,
        "SELECT 1; BEGIN; ALTER TABLE orders ADD d int; COMMIT; ALTER TABLE moods ADD e int; SELEC",
    )
    .await;
    assert_eq!(sqlstate(&seen_of[5]), "42601");
    assert!(
        seen_of[..5]
            .iter()
            .all(|statement| matches!(statement.outcome, Outcome::NotDone(NotDone::NotRun(_))))
    );
    let seen_of = traced(
        Transaction::Batch,
        "SELECT 1; BEGIN; ALTER TABLE orders ADD d int; COMMIT; ALTER TABLE moods ADD e int",
    )
    .await;
    assert_eq!(locks(&seen_of[2]), ["public.orders ACCESS EXCLUSIVE"]);
    assert_eq!(locks(&seen_of[4]), ["public.moods ACCESS EXCLUSIVE"]);
    assert!(seen(&seen_of[4]).held.is_empty());
}

#[tokio::test]
async fn rows_that_do_not_fit_are_left_out() {
    let report = trace(
        options(Transaction::Statement),
        &["ALTER TABLE orders ADD d integer CHECK (d > 0); ALTER TABLE customers ALTER email TYPE date USING email::date;",
          "ALTER TABLE orders ALTER d SET NOT NULL;"],
    )
    .await;
    let (1, error) = report.files[0].rows.failed().unwrap() else { panic!("{:?}", report.files[0].rows) };
    assert_eq!(error.sqlstate, "22007");
    let first = &report.files[0].statements;
    assert_eq!(names(&seen(&first[0]).scanned), ["public.orders"], "rows were there until then");
    assert_eq!(locks(&first[1]), ["public.customers ACCESS EXCLUSIVE"]);
    // made up anew for each file
    assert_eq!(names(&seen(&report.files[1].statements[0]).scanned), ["public.orders"]);
}

#[tokio::test]
async fn what_others_make_is_made_and_what_is_missing_is_said() {
    let history = [
        file(
            "1.sql",
            "BEGIN; CREATE TABLE app.t (a integer); ALTER TABLE app.t OWNER TO \"the App\"; COMMIT; CREATE ROLE own;",
        ),
        file("2.sql", "CREATE EXTENSION no_such_extension; \\set x 1\nCREATE TABLE u (a integer);"),
    ];
    let files = [file(
        "3.sql",
        "GRANT SELECT ON u TO reader; CREATE ROLE mine; ALTER TABLE u OWNER TO mine;\nALTER TABLE app.t ADD b text;",
    )];
    let parts: Vec<Part<'_>> =
        history.iter().map(Part::Replayed).chain(files.iter().map(Part::Traced)).collect();
    let mut tracer = Tracer::start(options(Transaction::Statement)).await.unwrap();
    for _ in 0..2 {
        let report = tracer.trace(&parts).await.unwrap();
        assert_eq!(report.made, ["SCHEMA app", "ROLE \"the App\"", "ROLE reader"]);
        let gaps: Vec<&str> = report.gaps.iter().map(|gap| gap.path.as_str()).collect();
        assert_eq!(gaps, ["2.sql"]);
        let statements = &report.files[0].statements;
        assert!(statements.iter().all(|statement| statement.seen().is_some()), "{statements:#?}");
        assert_eq!(locks(&statements[3]), ["app.t ACCESS EXCLUSIVE"]);
    }
}

#[tokio::test]
async fn yaml_is_history_too() {
    let change = "operations: [{change_type: {table: orders, column: amount, type: bigint}}]";
    let history = [
        file("0_shop.sql", SHOP),
        file("1.yaml", change),
        file("2.yaml", "operations: [{drop_table: {table: nope}}]"),
    ];
    let files = [file("3.sql", "ALTER TABLE orders ALTER amount TYPE bigint"), file("4.yaml", change)];
    let report = midflight::trace::run(&history, &files, &options(Transaction::Statement)).await.unwrap();
    let gaps: Vec<&str> = report.gaps.iter().map(|gap| gap.path.as_str()).collect();
    assert_eq!(gaps, ["2.yaml"], "{:?}", report.gaps);
    assert!(seen(&report.files[0].statements[0]).rewritten.is_empty(), "it is one already");
    let Rows::MadeUp { empty } = &report.files[0].rows else { panic!("{:?}", report.files[0].rows) };
    assert!(empty.is_empty(), "{empty:?}");
    assert!(matches!(report.files[1].statements[0].outcome, Outcome::NotDone(NotDone::NotRun(_))));
}

#[tokio::test]
async fn statements_end() {
    let options = TraceOptions {
        statement_timeout: std::time::Duration::from_millis(300),
        ..options(Transaction::Statement)
    };
    let report =
        trace(options, &["SELECT pg_sleep(100); ALTER TABLE orders ADD d integer; COPY orders FROM STDIN;"])
            .await;
    let statements = &report.files[0].statements;
    assert_eq!(sqlstate(&statements[0]), "57014");
    assert_eq!(locks(&statements[1]), ["public.orders ACCESS EXCLUSIVE"]);
    assert!(matches!(statements[2].outcome, Outcome::NotDone(NotDone::NotRun(_))));
}

const CHANGES: &str = "\
ALTER TABLE orders ALTER amount TYPE bigint;
ALTER TABLE \"Line Items\" ALTER \"Id\" SET NOT NULL;
REINDEX TABLE orders;
-- midflight: allow add-check-scans because it is small
ALTER TABLE orders ADD CHECK (amount > 0);
CREATE TABLE new (id bigint);
DROP TABLE moods;
";

#[tokio::test]
async fn findings_are_compared_and_reported() {
    let db = TestDb::create().await;
    let program = Program::new(&db, &[("1_shop.sql", SHOP), ("2_changes.sql", CHANGES)]);
    program.write("3_later.sql", "DROP TABLE new;");
    let file = "migrations/2_changes.sql";

    let ran = program.exits(&["lint", "--trace", "--disable", "reindex-blocks-access", file], &[3]).await;
    for expected in [
        "earlier files, replayed first: 1",
        "migrations/2_changes.sql on PostgreSQL ",
        "    1  ALTER TABLE orders ALTER amount TYPE bigint",
        "       ACCESS EXCLUSIVE on orders (existed before): blocks reads and writes\n       rewrites orders, orders_amount_idx, orders_pkey\n       said: change-type-rewrites (confirmed)",
        "       scans \"Line Items\"",
        "       ACCESS EXCLUSIVE on new (new)",
        "seen but not said: migrations/2_changes.sql:3: holds SHARE on orders while it rewrites orders_amount_idx, orders_pkey",
    ] {
        assert!(ran.stdout.contains(expected), "{expected}:\n{}", ran.stdout);
    }
    assert_eq!(ran.stdout.matches("seen but not said").count(), 1, "{}", ran.stdout);

    let ran = program
        .exits(&["lint", "--trace", "--disable", "reindex-blocks-access", file, "--format", "json"], &[3])
        .await;
    let document: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document["summary"]["files"], 1);
    let trace = &document["trace"];
    assert_eq!((&trace["replayed"], &trace["gaps"]), (&1.into(), &serde_json::json!([])));
    let first = &trace["files"][0]["statements"][0];
    assert_eq!(first["locks"][0]["relation"], "public.orders");
    assert_eq!(first["locks"][0]["blocks"], serde_json::json!(["reads", "writes"]));
    assert_eq!(
        first["said"],
        serde_json::json!([{ "rule": "change-type-rewrites", "verdict": "confirmed" }])
    );
    assert_eq!(trace["files"][0]["statements"][2]["unsaid"]["work"], "rewrites");
    assert!(trace["files"][0]["statements"][4]["unsaid"].is_null());

    let ran = program.exits(&["lint", "--trace", file, "--format", "github"], &[2]).await;
    assert!(ran.stderr.contains("`--trace` reports to people and in JSON"), "{}", ran.stderr);
}

#[tokio::test]
async fn findings_that_do_not_happen_are_named() {
    let db = TestDb::create().await;
    // without the first file, `lint` does not know what the column is
    let program = Program::new(
        &db,
        &[("1_shop.sql", SHOP), ("2_note.sql", "ALTER TABLE orders ALTER note TYPE text;")],
    );
    let ran = program.ok(&["lint", "--trace", "migrations/2_note.sql"]).await;
    assert!(
        ran.stdout.contains("said but not seen: migrations/2_note.sql:1: change-type-rewrites"),
        "{}",
        ran.stdout
    );
    let ran = program.run(&["lint", "--trace"]).await;
    assert!(ran.stdout.contains("findings and trace agree"), "{}", ran.stdout);
}
