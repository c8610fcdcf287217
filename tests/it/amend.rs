//! Another `up` or `down` in flight: what the old one converted is converted once more, and what the new release wrote stays

use super::support::database::TestDb;
use super::support::program::Program;

const PEOPLE: &str =
    "CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL, price numeric(10,2) NOT NULL DEFAULT 1);
  INSERT INTO people SELECT g, 'First' || g || ' Mid Last' || g, g FROM generate_series(1, 50) g";

const SPLIT: &str = "operations:
  - transform_columns:
      table: people
      from: [name]
      to:
        - {name: first, type: text, not_null: true}
        - {name: last, type: text}
      up: {first: \"split_part(name, ' ', 1)\", last: \"nullif(split_part(name, ' ', 2), '')\"}
      down: {name: \"concat_ws(' ', first, last)\"}
";

const CENTS: &str = "-- midflight: reverse price = price / 100.0
ALTER TABLE people ALTER COLUMN price TYPE integer USING (price * 10)::integer;
";

async fn backfilled(name: &str, text: &str) -> (TestDb, Program) {
    let db = TestDb::create().await;
    db.exec(PEOPLE).await;
    let midflight = Program::new(&db, &[(name, text)]);
    midflight.ok(&["expand", "--release", "1"]).await;
    midflight.ok(&["backfill"]).await;
    (db, midflight)
}

#[tokio::test]
async fn rows_of_the_old_expression_are_converted_once_more() {
    let (db, midflight) = backfilled("1.yaml", SPLIT).await;
    db.exec(
        "UPDATE people SET last = 'Written' WHERE id = 3;
             INSERT INTO people (id, first, last) VALUES (60, 'New', 'Row');
             INSERT INTO people (id, name) VALUES (61, 'Old Mid Row')",
    )
    .await;
    midflight.write("1.yaml", &SPLIT.replace("' ', 2)", "' ', 3)"));
    let ran = midflight.exits(&["verify"], &[22]).await;
    assert!(ran.stderr.contains("`midflight amend`"), "{}", ran.stderr);
    midflight.ok(&["amend", "1"]).await;
    let phase: String = db.scalar("SELECT phase FROM midflight.migrations").await;
    assert_eq!(phase, "expanded");
    db.exec("UPDATE people SET name = 'A B C' WHERE id = 2").await;
    midflight.ok(&["backfill"]).await;
    let rows: String = db
        .scalar(
            "SELECT string_agg(concat_ws('/', id, first, last), ' ' ORDER BY id) FROM people WHERE id IN (1, 2, 3, 60, 61)",
        )
        .await;
    assert_eq!(rows, "1/First1/Last1 2/A/C 3/First3/Written 60/New/Row 61/Old/Row");
    let audited: bool = db
        .scalar("SELECT detail ->> 'checksum' <> detail ->> 'checksum_before' FROM midflight.events WHERE what = 'amend'")
        .await;
    assert!(audited);
    midflight.ok(&["contract", "--release", "2"]).await;
    assert_eq!(db.scalar::<i64>("SELECT count(*) FROM people WHERE last LIKE 'Last%'").await, 48);
}

#[tokio::test]
async fn a_type_gets_other_values_before_its_contract() {
    let (db, midflight) = backfilled("1.sql", CENTS).await;
    midflight.write("1.sql", &CENTS.replace("* 10)", "* 100)"));
    midflight.ok(&["amend", "1"]).await;
    midflight.exits(&["contract", "--release", "2"], &[4]).await;
    midflight.ok(&["backfill"]).await;
    midflight.ok(&["contract", "--release", "2"]).await;
    assert_eq!(db.scalar::<i64>("SELECT count(*) FROM people WHERE price = id * 100").await, 50);
}

#[tokio::test]
async fn a_rollback_after_it_leads_back() {
    let (db, midflight) = backfilled("1.yaml", SPLIT).await;
    midflight.write("1.yaml", &SPLIT.replace("' ', 2)", "' ', 3)"));
    midflight.ok(&["amend", "1"]).await;
    midflight.ok(&["rollback", "1"]).await;
    let left: i64 = db.scalar("SELECT count(*) FROM pg_trigger WHERE tgname LIKE '%midflight%'").await;
    assert_eq!(left, 0);
    let columns: i64 = db
        .scalar("SELECT count(*) FROM pg_attribute WHERE attrelid = 'people'::regclass AND attnum > 0 AND NOT attisdropped")
        .await;
    assert_eq!(columns, 3);
}

#[tokio::test]
async fn nothing_but_expressions_is_taken_over() {
    let (db, midflight) = backfilled("1.sql", CENTS).await;
    let before: String = db.scalar("SELECT plan::text || checksum FROM midflight.migrations").await;
    for other in [
        CENTS.replace("TYPE integer", "TYPE bigint"),
        format!("{CENTS}ALTER TABLE people ADD COLUMN more text;\n"),
    ] {
        midflight.write("1.sql", &other);
        midflight.exits(&["amend", "1"], &[23]).await;
    }
    midflight.write("1.sql", &CENTS.replace("* 10)", "* nonsense)"));
    midflight.exits(&["amend", "1"], &[2]).await;
    midflight.write("1.sql", CENTS);
    let ran = midflight.exits(&["amend", "1"], &[4]).await;
    assert!(ran.stderr.contains("says what was expanded"), "{}", ran.stderr);
    let now: String = db.scalar("SELECT plan::text || checksum FROM midflight.migrations").await;
    assert!(before == now, "the record has changed");
    midflight.ok(&["contract", "--release", "2"]).await;
    midflight.exits(&["amend", "1"], &[4, 23]).await;
}

#[tokio::test]
async fn values_that_are_others_each_time_are_refused() {
    let yaml = "operations:
  - add_column: {table: people, column: {name: code, type: text}, up: \"name || gen_random_uuid()::text\"}
";
    let (_db, midflight) = backfilled("1.yaml", yaml).await;
    midflight.write("1.yaml", &yaml.replace("name ||", "upper(name) ||"));
    midflight.exits(&["amend", "1"], &[23]).await;
}
