//! Expressions that read the session are refused, with a form that works; all others give one value, whoever writes

use midflight::pg::session::{self, TWO_SESSIONS};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

use super::support::database::TestDb;
use super::support::program::Program;

const TABLE: &str = "CREATE TABLE visits (id integer PRIMARY KEY, at timestamp, kept timestamptz, day date, word text, weight float8, raw bytea);
    INSERT INTO visits SELECT n, '2026-01-01 12:00', '2026-01-01 12:00+00', '2026-01-01', '2026-01-02', n / 3.0, '\\x41' FROM generate_series(1, 20) n";

/// No dual writes: `advance` leaves its tables behind all the same
const UNTOUCHED: &str = "SELECT NOT EXISTS (SELECT FROM pg_trigger WHERE tgname LIKE 'zzzz_midflight_%')";

/// An expression as a session with other settings would evaluate it: the value's binary form, which depends on none
async fn value(conn: &mut PgConnection, settings: &str, expression: &str) -> Result<String, sqlx::Error> {
    let mut tx = conn.begin().await?;
    tx.execute(sqlx::raw_sql(AssertSqlSafe(settings.to_owned()))).await?;
    let sql = format!("SELECT pg_catalog.encode(pg_catalog.record_send(ROW({expression})), 'hex')");
    let row = sqlx::query(AssertSqlSafe(sql)).persistent(false).fetch_one(&mut *tx).await?;
    Ok(row.get(0))
}

async fn differs(conn: &mut PgConnection, expression: &str) -> bool {
    let one = value(conn, TWO_SESSIONS[0], expression).await;
    let other = value(conn, TWO_SESSIONS[1], expression).await;
    match (one, other) {
        (Ok(one), Ok(other)) => one != other,
        (Err(_), Err(error)) => panic!("{expression}: {error}"),
        _ => true,
    }
}

/// Values of types, and whether the facts say that their text depends on a setting
#[tokio::test]
async fn the_text_of_values_depends_on_the_settings_that_the_facts_name() {
    let db = TestDb::create().await;
    db.exec("CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE two AS (a integer, m mood)").await;
    let mut conn = db.connect().await;
    for (type_, value) in [
        ("float4", "0.12345678::float4"),
        ("float8", "0.123456789012345678::float8"),
        ("point", "point(0.123456789012345678, 2)"),
        ("box", "box(point(0.123456789012345678, 2), point(3, 4))"),
        ("bytea", "'\\x41'::bytea"),
        ("interval", "interval '1 day 2 hours'"),
        ("date", "date '2026-01-31'"),
        ("timestamp", "timestamp '2026-01-31 12:00'"),
        ("timestamptz", "timestamptz '2026-01-31 12:00+00'"),
        ("bool", "true"),
        ("int8", "1::bigint"),
        ("numeric", "1.50::numeric"),
        ("text", "'ä'::text"),
        ("varchar", "'a'::varchar"),
        ("uuid", "'00000000-0000-0000-0000-000000000001'::uuid"),
        ("json", "'{\"a\": 1.50}'::json"),
        ("jsonb", "'{\"a\": 1.50}'::jsonb"),
        ("inet", "'10.0.0.1/8'::inet"),
        ("time", "time '12:00'"),
        ("timetz", "timetz '12:00+02'"),
        ("bit", "B'101'"),
        ("mood", "'ok'::mood"),
        ("two", "ROW(1, 'ok')::two"),
        ("int4[]", "ARRAY[1, 2]"),
        ("int4range", "int4range(1, 3)"),
    ] {
        let reads = session::text_of(type_).is_some();
        assert_eq!(differs(&mut conn, &format!("({value})::text")).await, reads, "{type_} as text");
        assert_eq!(
            differs(&mut conn, &format!("concat({value}, 'x')")).await,
            reads && type_ != "bool",
            "{type_} in concat"
        );
        let reads = session::json_of(type_).is_some();
        assert_eq!(differs(&mut conn, &format!("to_jsonb({value})")).await, reads, "{type_} in JSON");
    }
}

#[tokio::test]
async fn text_is_read_by_the_settings_that_the_facts_name() {
    let db = TestDb::create().await;
    let mut conn = db.connect().await;
    for (type_, text) in [
        ("date", "01/02/2026"),
        ("timestamp", "01/02/2026 12:00"),
        ("timestamptz", "2026-01-02 12:00"),
        ("timetz", "12:00"),
        ("interval", "-1 2:00"),
        ("xml", "a<b/>"),
        ("float8", "0.1"),
        ("numeric", "1.50"),
        ("bytea", "\\x41"),
        ("int4", "7"),
        ("bool", "yes"),
        ("jsonb", "{\"a\": 1}"),
        ("uuid", "00000000-0000-0000-0000-000000000001"),
        ("inet", "10.0.0.1"),
    ] {
        let reads = session::value_of(type_).is_some();
        // out of a table: a constant is read by the session that compiles it
        let expression = format!("(SELECT w::{type_}::{type_} FROM (VALUES ('{text}'::text)) AS v (w))");
        let expression =
            if type_ == "xml" { expression.replace("::xml::xml", "::xml::text") } else { expression };
        assert_eq!(differs(&mut conn, &expression).await, reads, "{type_} out of text");
    }
}

#[tokio::test]
async fn functions_read_what_the_facts_say() {
    let db = TestDb::create().await;
    let mut conn = db.connect().await;
    for (name, call, arguments, reads) in [
        ("quote_ident", "quote_ident(lower('A'))", 1, true),
        ("convert_from", "convert_from('\\x41'::bytea, 'UTF8')", 2, false),
        ("convert_to", "convert_to('a', 'UTF8')", 2, false),
        ("make_timestamptz", "make_timestamptz(2026, 1, 2, 3, 4, 5, 'Europe/Berlin')", 7, false),
        ("date_trunc", "date_trunc('day', timestamptz '2026-01-31 22:00+00', 'Europe/Berlin')", 3, false),
    ] {
        let nothing = session::function(name, arguments) == Some(session::Reads::Nothing);
        assert_eq!((differs(&mut conn, call).await, nothing), (reads, !reads), "{call}");
    }
    for (call, reads) in [
        ("extract(epoch FROM timestamptz '2026-01-31 22:00+00')", false),
        ("extract(hour FROM timestamptz '2026-01-31 22:00+00')", true),
        ("to_char(timestamp '2026-01-31', 'YYYY-MM-DD FMMonth')", false),
        ("to_char(timestamptz '2026-01-31 22:00+00', 'YYYY-MM-DD')", true),
        ("to_date('31.01.2026', 'DD.MM.YYYY')", false),
        ("to_timestamp('31.01.2026', 'DD.MM.YYYY')", true),
        ("timestamp '2026-01-31 22:00' AT TIME ZONE 'Europe/Berlin'", false),
    ] {
        assert_eq!(differs(&mut conn, call).await, reads, "{call}");
    }
}

/// What each change is refused with, followed to the letter, is planned and ends well
#[tokio::test]
async fn the_form_that_is_proposed_works() {
    for (column, type_) in [
        ("at", "timestamptz"),
        ("kept", "timestamp"),
        ("kept", "date"),
        ("kept", "time"),
        ("kept", "text"),
        ("day", "timestamptz"),
        ("day", "text"),
        ("at", "text"),
        ("weight", "text"),
        ("raw", "text"),
    ] {
        let db = TestDb::create().await;
        db.exec(TABLE).await;
        let statement = format!("ALTER TABLE visits ALTER COLUMN {column} TYPE {type_}");
        let midflight = Program::new(&db, &[("1.sql", &format!("{statement};\n"))]);
        for command in
            [&["plan"] as &[&str], &["expand", "--dry-run"], &["expand"], &["advance", "--release", "r1"]]
        {
            let ran = midflight.exits(command, &[23]).await;
            assert!(ran.stderr.contains("reads the session"), "{}", ran.stderr);
            assert!(db.scalar::<bool>(UNTOUCHED).await, "{command:?}");
        }
        let refused = midflight.run(&["plan"]).await.stderr;
        let form = refused.split("write `").nth(1).unwrap().split('`').next().unwrap();
        midflight.write("1.sql", &format!("{statement} {form};\n"));
        for stage in ["expand", "backfill", "verify", "contract"] {
            midflight.ok(&[stage]).await;
        }
    }
}

/// Writers of three zones, and a backfill: one old value, one new value
#[tokio::test]
async fn one_value_whatever_the_zone_of_the_writer() {
    let db = TestDb::create().await;
    db.exec(TABLE).await;
    let sql = "ALTER TABLE visits ALTER COLUMN at TYPE timestamptz USING at AT TIME ZONE 'Europe/Berlin';\n";
    let midflight = Program::new(&db, &[("1.sql", sql)]);
    midflight.ok(&["expand"]).await;
    for (id, zone) in [(101, "Asia/Tokyo"), (102, "America/New_York"), (103, "UTC")] {
        db.exec(&format!("SET TimeZone = '{zone}'; INSERT INTO visits (id, at) VALUES ({id}, '2026-01-01 12:00'); RESET TimeZone")).await;
    }
    for stage in ["backfill", "verify", "contract"] {
        midflight.ok(&[stage]).await;
    }
    assert!(
        db.scalar::<bool>("SELECT bool_and(at = '2026-01-01 11:00+00') AND count(*) = 23 FROM visits").await
    );
}

#[tokio::test]
async fn functions_of_others_are_looked_into_named_or_tried() {
    let db = TestDb::create().await;
    db.exec(TABLE).await;
    db.exec(
        "CREATE FUNCTION inlined(timestamp) RETURNS timestamptz LANGUAGE sql BEGIN ATOMIC SELECT $1::timestamptz; END;
         CREATE FUNCTION pinned(timestamp) RETURNS timestamptz LANGUAGE sql SET TimeZone = 'UTC' BEGIN ATOMIC SELECT $1::timestamptz; END;
         CREATE FUNCTION opaque(timestamp) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1::timestamptz; END';
         CREATE FUNCTION \"Kept\"(timestamp) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE SET TimeZone = 'UTC' AS 'BEGIN RETURN $1::timestamptz; END'",
    )
    .await;
    for (function, code, says) in [
        ("inlined", 23, "reads TimeZone"),
        ("pinned", 0, ""),
        ("opaque", 23, "TimeZone"),
        ("\"Kept\"", 0, "into which midflight can't look"),
    ] {
        let sql = format!("ALTER TABLE visits ALTER COLUMN at TYPE timestamptz USING {function}(at);\n");
        let ran = Program::new(&db, &[("1.sql", &sql)]).exits(&["plan"], &[code]).await;
        assert!(
            format!("{}{}", ran.stdout, ran.stderr).contains(says),
            "{function}: {}{}",
            ran.stdout,
            ran.stderr
        );
    }
}

/// YAML, and the way back
#[tokio::test]
async fn every_expression_is_judged() {
    let yaml = |up: &str, down: &str| {
        format!(
            "operations:\n  - transform_columns:\n      table: visits\n      from: [word]\n      to: [{{name: said, type: text}}]\n      up: {{said: \"{up}\"}}\n      down: {{word: \"{down}\"}}\n"
        )
    };
    for (up, down, code) in [
        ("concat_ws(' ', word, 1.5)", "split_part(said, ' ', 1)", 0),
        ("concat_ws(' ', word, 0.5::float8)", "said", 23),
        ("word", "said || current_date", 23),
        ("word || now()", "said", 23),
        ("word || gen_random_uuid()", "said", 0),
        ("word || clock_timestamp()", "said", 23),
        ("word || current_user", "said", 23),
        ("format('%s %s', word, 2)", "to_char(length(said), '9D9')", 23),
    ] {
        let db = TestDb::create().await;
        db.exec(TABLE).await;
        let midflight = Program::new(&db, &[("1.yaml", &yaml(up, down))]);
        let ran = midflight.exits(&["plan"], &[code]).await;
        assert!(code == 0 || ran.stderr.contains("reads the session"), "{up}: {}", ran.stderr);
    }
}
