//! What is concluded from an expression, held against what the server does with it

use midflight::pg::functions::gives_null_for_null;

use super::support::database::TestDb;
use super::support::program::Program;

const USERS: &str = "CREATE TABLE users (id int PRIMARY KEY, amount int, kind text NOT NULL DEFAULT 'basic');
     INSERT INTO users SELECT g, g FROM generate_series(1, 100) g;
     CREATE FUNCTION is_valid(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 IS NOT NULL';
     CREATE FUNCTION is_short(text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS 'SELECT length($1) < 9'";

/// A row as the old release writes it
const OLD_INSERT: &str = "INSERT INTO users (id, amount) VALUES (5001, 1)";

/// Conditions on a new column `plan`, or `Plan`, in the ways that people and tools write them
const CONDITIONS: [&str; 27] = [
    "plan IS NOT NULL",
    "\"plan\" IS NOT NULL",
    "\"Plan\" IS NOT NULL",
    "users.plan IS NOT NULL",
    "public.users.\"plan\" IS NOT NULL",
    "PLAN IS DISTINCT FROM NULL",
    "NOT (plan ISNULL)",
    "coalesce(plan, '') <> ''",
    "coalesce(plan, 'free') <> ''",
    "length(trim(coalesce(plan, ' '))) > 0",
    "num_nonnulls(amount, plan) = 2",
    "num_nonnulls(plan, \"Plan\") <= 1",
    "concat(plan, \"Plan\") <> ''",
    "length(\"Plan\") > 0",
    "plan IN ('free', 'paid')",
    "plan = ANY ('{free,paid}'::text[])",
    "plan::text COLLATE \"C\" IS NOT NULL",
    "CASE WHEN plan IS NULL THEN false ELSE true END",
    "is_valid(plan)",
    "public.\"is_valid\"(\"Plan\")",
    "is_short(plan)",
    "'plan IS NOT NULL' = plan",
    "jsonb_build_array(plan) <> '[null]'",
    "coalesce(plan, '1')::int > 1",
    "plan IS NOT NULL OR kind <> 'basic'",
    "plan IS NULL OR amount > 0",
    "(plan IS NULL) = (\"Plan\" IS NULL)",
];

#[tokio::test]
async fn a_check_that_would_fail_the_old_release_is_refused_before_anything_is_changed() {
    let plain = TestDb::create().await;
    plain.exec(USERS).await;
    let mut wrong = Vec::new();
    for condition in CONDITIONS {
        let separate = format!(
            "ALTER TABLE users ADD COLUMN plan text, ADD COLUMN \"Plan\" text;
             ALTER TABLE users ADD CONSTRAINT given CHECK ({condition}) NOT VALID"
        );
        let inline = format!(
            "ALTER TABLE users ADD COLUMN \"Plan\" text, ADD COLUMN \"plan\" text CHECK ({condition})"
        );
        for file in [separate, inline] {
            let planned = TestDb::create().await;
            planned.exec(USERS).await;
            let taken = accepts(&plain, &format!("BEGIN; {file}; {OLD_INSERT}; ROLLBACK")).await;
            let program = Program::new(&planned, &[("1.sql", &file)]);
            let ran = program.exits(&["expand"], &[0, 21, 23]).await;
            if (ran.code == 0) != taken {
                wrong
                    .push(format!("{file}\nexit {}, the server takes it: {taken}\n{}", ran.code, ran.stderr));
            }
            let changed: i64 = planned
                .scalar("SELECT count(*) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attnum > 3")
                .await;
            assert_eq!(changed > 0, ran.code == 0, "{file}\n{}", ran.stderr);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn accepts(db: &TestDb, sql: &str) -> bool {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut db.connect().await).await.is_ok()
}

#[tokio::test]
async fn a_default_that_fails_the_check_is_found_before_anything_is_changed() {
    for (column, code) in [
        ("plan text DEFAULT ''", 23),
        ("plan text DEFAULT 'free'", 0),
        ("plan text NOT NULL DEFAULT lower('')", 23),
        ("plan text DEFAULT NULL", 0),
    ] {
        let db = TestDb::create().await;
        db.exec(USERS).await;
        let file = format!("ALTER TABLE users ADD COLUMN {column} CHECK (\"plan\" <> '')");
        let ran = Program::new(&db, &[("1.sql", &file)]).run(&["expand"]).await;
        assert_eq!(ran.code, code, "{file}\n{}", ran.stderr);
        if code != 0 {
            assert!(ran.stderr.contains("1.sql:1:"), "{}", ran.stderr);
        }
    }
}

#[tokio::test]
async fn rows_that_fail_a_check_with_a_new_column_are_listed_before_anything_is_changed() {
    let db = TestDb::create().await;
    db.exec(USERS).await;
    let file = "ALTER TABLE users ADD COLUMN plan text;
                ALTER TABLE users ADD CHECK (users.\"plan\" IS NOT NULL OR amount <> 7)";
    let ran = Program::new(&db, &[("1.sql", file)]).run(&["expand"]).await;
    assert_eq!(ran.code, 21, "{}", ran.stderr);
    assert!(ran.stderr.contains("id=7"), "{}", ran.stderr);
}

#[tokio::test]
async fn a_cast_of_the_column_itself_is_one_plan_however_it_is_written() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE TABLE users (id int PRIMARY KEY, amount int, \"Sum\" int);
         INSERT INTO users VALUES (1, 2, 3)",
    )
    .await;
    let plan = async |using: &str| {
        let file = format!("ALTER TABLE users ALTER amount TYPE bigint {using}");
        let program = Program::new(&db, &[("1.sql", &file)]);
        let plan = program.ok(&["plan", "--format", "json"]).await.stdout;
        // the conversion itself is taken over as it is written
        let lines = plan.lines().filter(|line| !line.contains("up0_0(amount integer) RETURNS"));
        lines.collect::<Vec<_>>().join("\n")
    };
    let wanted = plan("").await;
    for using in [
        "amount::bigint",
        "\"amount\"::bigint",
        "AMOUNT :: BIGINT",
        "(amount)::bigint",
        "users.amount::int8",
        "public.users.\"amount\"::pg_catalog.int8",
        "CAST(\"amount\" AS bigint)",
        "CAST(amount AS \"int8\")",
        "amount",
    ] {
        assert_eq!(plan(&format!("USING {using}")).await, wanted, "{using}");
    }
    // what computes something is another plan
    for using in
        ["id::bigint", "amount::int::bigint", "amount::text::bigint", "\"Sum\"::bigint", "-amount::bigint"]
    {
        let found = plan(&format!("USING {using}")).await;
        assert_ne!(found, wanted, "{using}");
    }
}

#[tokio::test]
async fn a_default_that_differs_from_row_to_row_rewrites_no_table_however_it_is_written() {
    for default in [
        "gen_random_uuid()",
        "\"gen_random_uuid\"()",
        "pg_catalog.\"gen_random_uuid\"()",
        "GEN_RANDOM_UUID ()",
        "app.now()",
        "\"app\".\"lower\"('x')",
        "(CASE WHEN true THEN \"gen_random_uuid\"() END)",
    ] {
        let db = TestDb::create().await;
        db.exec(
            "CREATE TABLE parts (id int PRIMARY KEY); INSERT INTO parts SELECT generate_series(1, 500);
             CREATE SCHEMA app;
             CREATE FUNCTION app.now() RETURNS uuid LANGUAGE sql VOLATILE AS 'SELECT gen_random_uuid()';
             CREATE FUNCTION app.lower(text) RETURNS uuid LANGUAGE sql VOLATILE AS 'SELECT gen_random_uuid()'",
        )
        .await;
        let node: i64 = db.scalar("SELECT pg_relation_filenode('parts')::bigint").await;
        let file = format!(
            "ALTER TABLE \"public\".\"parts\" ADD COLUMN \"token\" \"uuid\" DEFAULT {default} NOT NULL"
        );
        let program = Program::new(&db, &[("1.sql", &file)]);
        program.ok(&["expand"]).await;
        program.ok(&["backfill"]).await;
        program.ok(&["contract"]).await;
        let after: i64 = db.scalar("SELECT pg_relation_filenode('parts')::bigint").await;
        assert_eq!(after, node, "{default}: the table was rewritten");
        let tokens: i64 = db.scalar("SELECT count(DISTINCT token) FROM parts").await;
        assert_eq!(tokens, 500, "{default}");
    }
}

/// The list of functions that do something with NULL, against `pg_proc`
#[tokio::test]
async fn functions_that_give_null_for_null_are_strict() {
    let db = TestDb::create().await;
    let functions: Vec<String> = db
        .scalar(
            "SELECT array_agg(DISTINCT proname::text) FROM pg_proc
             WHERE pronamespace = 'pg_catalog'::regnamespace AND NOT proisstrict AND prokind = 'f'",
        )
        .await;
    let wrong: Vec<&String> = functions.iter().filter(|name| gives_null_for_null(name)).collect();
    assert!(wrong.is_empty(), "not strict: {wrong:?}");
}

/// PostgreSQL's own name for an index without one
#[tokio::test]
async fn an_index_without_a_name_is_called_as_postgres_calls_it() {
    let db = TestDb::create().await;
    let keys = [
        "a DESC",
        "\"B c\" text_pattern_ops",
        "lower(a)",
        "\"lower\"(\"B c\") DESC",
        "(a || 'x')",
        "((a || 'x')::varchar)",
        "(lower(a)::text)",
        "(a::text)",
        "coalesce(a, \"B c\")",
        "(CASE WHEN a = 'x' THEN a END)",
        "(CASE WHEN a = 'x' THEN a ELSE upper(a) END)",
        "(at AT TIME ZONE 'UTC')",
        "extract(year from at)",
        "trim(a)",
        "substring(a from 1 for 2)",
        "(n::int8)",
        "((n + 1)::bigint)",
        "(ROW(a) IS NULL)",
        "md5(a) text_pattern_ops NULLS FIRST",
        "a COLLATE \"C\", lower(a), a",
    ];
    db.exec("CREATE TABLE wanted (a text, \"B c\" text, at timestamp, n int)").await;
    db.exec("CREATE TABLE found (LIKE wanted)").await;
    for key in keys {
        db.exec(&format!("CREATE INDEX ON wanted ({key})")).await;
        let program = Program::new(&db, &[("1.sql", &format!("CREATE INDEX ON found ({key})"))]);
        let ran = program.ok(&["plan"]).await;
        let names = "SELECT replace(max(relname::text), 'wanted', 'found') FROM pg_class c JOIN pg_index i ON c.oid = indexrelid WHERE indrelid = 'wanted'::regclass";
        let name: String = db.scalar(names).await;
        assert!(ran.stdout.contains(&name), "{key}: {name}\n{}", ran.stdout);
        db.exec("DROP TABLE wanted; CREATE TABLE wanted (LIKE found)").await;
    }
}
