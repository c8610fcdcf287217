//! Values that are easily taken for others: NULL in rows that are and are not converted, defaults of types, rows with NULL
//! fields, lengths; written by both releases at each stage

use super::support::database::TestDb;
use super::support::program::Program;

/// A type, and three of its values.
struct Kind {
    table: &'static str,
    type_: &'static str,
    values: [&'static str; 3],
}

const KINDS: [Kind; 9] = [
    Kind { table: "texts", type_: "text", values: ["'a'", "''", "'c'"] },
    Kind { table: "labels", type_: "label", values: ["'a'", "'n/a'", "'c'"] },
    Kind { table: "checked", type_: "positive", values: ["1", "2", "3"] },
    Kind { table: "places", type_: "place", values: ["('s', NULL)", "(NULL, NULL)", "('s', 2)"] },
    Kind { table: "homes", type_: "home", values: ["('s', NULL)", "(NULL, NULL)", "('s', 2)"] },
    Kind { table: "tags", type_: "text[]", values: ["'{}'", "'{NULL}'", "'{a,b}'"] },
    Kind { table: "codes", type_: "char(8)", values: ["'a'", "''", "'c'"] },
    Kind { table: "\"Mixed Case\"", type_: "jsonb", values: ["'null'", "'1.0'", "'1.00'"] },
    Kind { table: "spans", type_: "interval year", values: ["'1 year'", "'0'", "'3 years'"] },
];

const TYPES: &str =
    "CREATE DOMAIN label AS text DEFAULT 'n/a'; CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
    CREATE TYPE place AS (street text, number integer); CREATE DOMAIN home AS place;";

/// A table for each kind with ten rows of its first value, in a column that is renamed.
async fn renamed(directive: bool) -> (TestDb, Program) {
    let (mut setup, mut file) = (TYPES.to_owned(), String::new());
    for Kind { table, type_, values } in &KINDS {
        setup.push_str(&format!(
            "CREATE TABLE {table} (id integer PRIMARY KEY, \"Old\" {type_});
             INSERT INTO {table} SELECT n, {}::{type_} FROM generate_series(1, 10) n;",
            values[0]
        ));
        if directive {
            file.push_str("-- midflight: nulls \"New\" written\n");
        }
        file.push_str(&format!("ALTER TABLE {table} RENAME COLUMN \"Old\" TO \"New\";\n"));
    }
    let db = TestDb::create().await;
    db.exec(&setup).await;
    let midflight = Program::new(&db, &[("1.sql", &file)]);
    let ran = midflight.ok(&["expand", "--release", "1"]).await;
    assert_eq!(ran.stderr.contains("is not converted yet does not count"), !directive, "{}", ran.stderr);
    assert!(ran.stderr.contains("must not change a part of \"New\""), "{}", ran.stderr);
    (db, midflight)
}

async fn written(db: &TestDb, statements: &[&str]) {
    for Kind { table, type_, values } in &KINDS {
        for statement in statements {
            let named = ["{a}", "{b}", "{c}"].iter().zip(values);
            let sql = named.fold(statement.replace("{t}", table), |sql, (name, value)| {
                sql.replace(name, &format!("{value}::{type_}"))
            });
            db.exec(&sql).await;
        }
    }
}

/// The rows by number, with the number of their value; `-` is NULL.
async fn holds(db: &TestDb, column: &str, wanted: &str) {
    for Kind { table, type_, values: [a, b, c] } in &KINDS {
        let as_stored = |value: &str| format!("((ROW({value}::{type_})::record)::text)");
        let found: String = db
            .scalar(&format!(
                "SELECT string_agg(id || CASE WHEN {column} IS NOT DISTINCT FROM NULL THEN '-'
                     WHEN ROW({column})::record::text = {} THEN 'a' WHEN ROW({column})::record::text = {} THEN 'b'
                     WHEN ROW({column})::record::text = {} THEN 'c' ELSE '?' END, ' ' ORDER BY id) FROM {table}",
                as_stored(a),
                as_stored(b),
                as_stored(c)
            ))
            .await;
        assert_eq!(found, wanted, "{table}.{column}");
    }
}

/// Before backfill, by both releases.
const PENDING: [&str; 8] = [
    "UPDATE {t} SET \"New\" = NULL WHERE id = 1",
    "UPDATE {t} SET \"New\" = {b} WHERE id = 2",
    "UPDATE {t} SET \"Old\" = {c} WHERE id = 3",
    "UPDATE {t} SET \"Old\" = NULL WHERE id = 4",
    "INSERT INTO {t} (id, \"New\") VALUES (11, {b})",
    "INSERT INTO {t} (id, \"Old\") VALUES (12, {c})",
    "INSERT INTO {t} (id, \"New\") VALUES (13, NULL)",
    "UPDATE {t} SET \"Old\" = {a}, \"New\" = {c} WHERE id = 5",
];

/// After it.
const DONE: [&str; 6] = [
    "UPDATE {t} SET \"New\" = NULL WHERE id = 6",
    "UPDATE {t} SET \"Old\" = NULL WHERE id = 7",
    "UPDATE {t} SET \"New\" = {b} WHERE id = 8",
    "UPDATE {t} SET \"New\" = NULL WHERE id = 8",
    "UPDATE {t} SET \"Old\" = {c} WHERE id = 9",
    "INSERT INTO {t} (id) VALUES (14)",
];

#[tokio::test]
async fn null_is_no_write_while_a_row_is_pending_and_a_value_afterwards() {
    let (db, midflight) = renamed(false).await;
    written(&db, &PENDING).await;
    midflight.ok(&["backfill"]).await;
    let pending = "1a 2b 3c 4- 5c 6a 7a 8a 9a 10a 11b 12c";
    for side in ["\"Old\"", "\"New\""] {
        written(&db, &["DELETE FROM {t} WHERE id = 13"]).await;
        holds(&db, side, pending).await;
    }
    written(&db, &DONE).await;
    written(&db, &["DELETE FROM {t} WHERE id = 14"]).await;
    midflight.ok(&["verify"]).await;
    let done = "1a 2b 3c 4- 5c 6- 7- 8- 9c 10a 11b 12c";
    holds(&db, "\"Old\"", done).await;
    holds(&db, "\"New\"", done).await;
    midflight.ok(&["contract", "--release", "2"]).await;
    holds(&db, "\"New\"", done).await;
    let left: i64 = db
        .scalar("SELECT count(*) FROM pg_attribute WHERE attname LIKE '\\_midflight%' AND NOT attisdropped")
        .await;
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_rollback_keeps_what_either_release_wrote() {
    let (db, midflight) = renamed(false).await;
    written(&db, &PENDING).await;
    midflight.ok(&["backfill"]).await;
    written(&db, &DONE).await;
    written(&db, &["DELETE FROM {t} WHERE id > 12"]).await;
    midflight.ok(&["rollback"]).await;
    holds(&db, "\"Old\"", "1a 2b 3c 4- 5c 6- 7- 8- 9c 10a 11b 12c").await;
    let left: i64 = db
        .scalar("SELECT count(*) FROM pg_attribute WHERE attname LIKE '\\_midflight%' AND NOT attisdropped")
        .await;
    assert_eq!(left, 0);
}

#[tokio::test]
async fn null_is_a_write_where_the_file_says_so() {
    let (db, midflight) = renamed(true).await;
    written(&db, &PENDING).await;
    // A statement that does not name the column writes nothing to it.
    written(
        &db,
        &[
            "UPDATE {t} SET id = 10 WHERE id = 10",
            "UPDATE {t} SET \"Old\" = {b}, \"New\" = NULL WHERE id = 9",
        ],
    )
    .await;
    midflight.ok(&["backfill"]).await;
    written(&db, &["DELETE FROM {t} WHERE id = 13"]).await;
    midflight.ok(&["verify"]).await;
    for side in ["\"Old\"", "\"New\""] {
        holds(&db, side, "1- 2b 3c 4- 5c 6a 7a 8a 9- 10a 11b 12c").await;
    }
    midflight.ok(&["contract", "--release", "2"]).await;
    holds(&db, "\"New\"", "1- 2b 3c 4- 5c 6a 7a 8a 9- 10a 11b 12c").await;
}

const SPLIT: &str = "operations:
  - transform_columns:
      table: people
      from: [name]
      to: [{name: first, type: text}, {name: last, type: text}]
      up: {first: \"split_part(name, ' ', 1)\", last: \"nullif(split_part(name, ' ', 2), '')\"}
      down: {name: \"concat_ws(' ', first, last)\"}
";

async fn people(file: &str) -> (TestDb, Program) {
    let db = TestDb::create().await;
    db.exec(
        "CREATE TABLE people (id integer PRIMARY KEY, name text);
         INSERT INTO people SELECT n, 'Ann  Lee' FROM generate_series(1, 4) n;
         INSERT INTO people SELECT n, 'Bob Ray' FROM generate_series(5, 8) n; INSERT INTO people VALUES (9, NULL), (10, '')",
    )
    .await;
    let midflight = Program::new(&db, &[("1.yaml", file)]);
    midflight.ok(&["expand", "--release", "1"]).await;
    (db, midflight)
}

async fn row(db: &TestDb, id: i32) -> String {
    db.scalar(&format!("SELECT format('%L %L %L', name, first, last) FROM people WHERE id = {id}")).await
}

/// Changes rows as if there were no triggers.
async fn bypassing(db: &TestDb, table: &str, change: &str) {
    db.exec(&format!(
        "BEGIN; ALTER TABLE {table} DISABLE TRIGGER USER; {change};
         DO $$ DECLARE t name; BEGIN
           FOR t IN SELECT tgname FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal LOOP
             EXECUTE format('ALTER TABLE {table} ENABLE ALWAYS TRIGGER %I', t);
           END LOOP; END $$; COMMIT"
    ))
    .await;
}

#[tokio::test]
async fn sides_of_a_lossy_pair_are_compared_in_the_direction_they_were_written() {
    let (db, midflight) = people(SPLIT).await;
    // Part of a pending row: the rest of the old value stays.
    db.exec("UPDATE people SET first = 'Eve' WHERE id = 5").await;
    db.exec("UPDATE people SET first = 'Eve', last = NULL WHERE id = 6").await;
    midflight.ok(&["backfill"]).await;
    assert_eq!(row(&db, 5).await, "'Eve Ray' 'Eve' 'Ray'");
    assert_eq!(row(&db, 6).await, "'Eve Ray' 'Eve' 'Ray'");
    assert_eq!(row(&db, 1).await, "'Ann  Lee' 'Ann' NULL");
    assert_eq!(row(&db, 9).await, "NULL NULL NULL");
    // Each of these is right in one direction only.
    db.exec("UPDATE people SET last = 'van Dam' WHERE id = 7").await;
    db.exec("UPDATE people SET name = 'Zoe  X' WHERE id = 8").await;
    db.exec("UPDATE people SET first = NULL, last = NULL WHERE id = 2").await;
    db.exec("INSERT INTO people (id, first, last) VALUES (11, NULL, 'Only')").await;
    assert_eq!(row(&db, 7).await, "'Bob van Dam' 'Bob' 'van Dam'");
    assert_eq!(row(&db, 2).await, "'' NULL NULL");
    let ran = midflight.ok(&["verify"]).await;
    assert!(!ran.stderr.contains("both sides"), "{}", ran.stderr);
    // One statement writes both sides: kept, counted, shown.
    db.exec("UPDATE people SET name = 'A', first = 'B' WHERE id = 3").await;
    db.exec("INSERT INTO people VALUES (12, 'C', 'D', NULL)").await;
    let ran = midflight.ok(&["verify"]).await;
    assert!(ran.stderr.contains("2 row(s) of public.people had both sides written"), "{}", ran.stderr);
    assert!(ran.stderr.contains("id=3") && ran.stderr.contains("id=12"), "{}", ran.stderr);
    // A row of which one side bypassed the trigger is wrong, whichever side.
    bypassing(
        &db,
        "people",
        "UPDATE people SET last = 'Q' WHERE id = 7; UPDATE people SET name = 'Q Q' WHERE id = 8",
    )
    .await;
    let ran = midflight.exits(&["verify"], &[20]).await;
    assert!(ran.stderr.contains("id=7") && ran.stderr.contains("id=8"), "{}", ran.stderr);
    db.exec("UPDATE people SET name = 'Bob Ray' WHERE id IN (7, 8)").await;
    midflight.ok(&["verify"]).await;
    midflight.ok(&["contract", "--release", "2"]).await;
    let found: String = db
        .scalar("SELECT string_agg(format('%s:%s/%s', id, first, last), ' ' ORDER BY id) FROM people")
        .await;
    assert_eq!(
        found,
        "1:Ann/ 2:/ 3:B/ 4:Ann/ 5:Eve/Ray 6:Eve/Ray 7:Bob/Ray 8:Bob/Ray 9:/ 10:/ 11:/Only 12:D/"
    );
}

#[tokio::test]
async fn each_column_of_a_split_has_its_own_word_about_null() {
    let file = SPLIT.replace("{name: last, type: text}", "{name: last, type: text, nulls_written: true}");
    let (db, midflight) = people(&file).await;
    db.exec("UPDATE people SET first = NULL WHERE id = 5").await;
    db.exec("UPDATE people SET last = NULL WHERE id = 6").await;
    db.exec("UPDATE people SET first = 'Eve', last = NULL WHERE id = 7").await;
    midflight.ok(&["backfill"]).await;
    assert_eq!(row(&db, 5).await, "'Bob Ray' 'Bob' 'Ray'");
    assert_eq!(row(&db, 6).await, "'Bob' 'Bob' NULL");
    assert_eq!(row(&db, 7).await, "'Eve' 'Eve' NULL");
    midflight.ok(&["verify"]).await;
}

#[tokio::test]
async fn a_computed_column_holds_what_the_new_release_wrote() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE TABLE users (id integer PRIMARY KEY, email text);
         INSERT INTO users SELECT n, 'u' || n || '@x.org' FROM generate_series(1, 6) n",
    )
    .await;
    let file = "operations:\n  - add_column: {table: users, column: {name: domain, type: text}, up: \"split_part(email, '@', 2)\"}\n";
    let midflight = Program::new(&db, &[("1.yaml", file)]);
    midflight.ok(&["expand", "--release", "1"]).await;
    db.exec("UPDATE users SET domain = 'own' WHERE id = 1; UPDATE users SET domain = NULL WHERE id = 2")
        .await;
    midflight.ok(&["backfill"]).await;
    db.exec("UPDATE users SET domain = NULL WHERE id = 3; UPDATE users SET email = 'v@y.org' WHERE id = 4")
        .await;
    db.exec("UPDATE users SET email = 'v@y.org', domain = 'both' WHERE id = 5").await;
    midflight.ok(&["verify"]).await;
    let all = "SELECT string_agg(id || ':' || coalesce(domain, '-'), ' ' ORDER BY id) FROM users";
    let wanted = "1:own 2:x.org 3:- 4:y.org 5:both 6:x.org";
    assert_eq!(db.scalar::<String>(all).await, wanted);
    bypassing(&db, "users", "UPDATE users SET email = 'w@z.org' WHERE id = 6").await;
    midflight.exits(&["verify"], &[20]).await;
    db.exec("UPDATE users SET email = 'u6@x.org' WHERE id = 6").await;
    midflight.ok(&["verify"]).await;
    midflight.ok(&["contract", "--release", "2"]).await;
    assert_eq!(db.scalar::<String>(all).await, wanted);
}

/// The default of its type gets into no row, and an INSERT of the new release that leaves the old column at it is not one
/// that writes both.
#[tokio::test]
async fn a_domain_keeps_its_default_for_itself() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE DOMAIN label AS text DEFAULT 'n/a';
         CREATE TABLE t (id integer PRIMARY KEY, typed varchar(50), renamed label, required label, spread label);
         INSERT INTO t SELECT n, 't' || n, 'r' || n, nullif('q' || n, 'q2'), 's' || n FROM generate_series(1, 5) n",
    )
    .await;
    let file = "operations:
  - change_type: {table: t, column: typed, type: label, down: 'left(typed, 50)'}
  - rename_column: {table: t, column: renamed, to: other}
  - set_not_null: {table: t, column: required, up: \"coalesce(required, 'none')\"}
  - transform_columns: {table: t, from: [spread], to: [{name: spread2, type: label}], up: {spread2: \"spread || '!'\"}, down: {spread: \"rtrim(spread2, '!')\"}}
  - add_column: {table: t, column: {name: made, type: label}, up: \"'m' || id\"}
  - add_column: {table: t, column: {name: token, type: label, default: \"'x' || random()\"}}
";
    let midflight = Program::new(&db, &[("1.yaml", file)]);
    midflight.ok(&["expand", "--release", "1"]).await;
    db.exec("INSERT INTO t (id, other, spread2) VALUES (6, 'r6', 's6!')").await;
    db.exec("INSERT INTO t (id, typed, renamed, required, spread) VALUES (7, 't7', 'r7', 'q7', 's7')").await;
    midflight.ok(&["backfill"]).await;
    db.exec("INSERT INTO t (id, other, spread2) VALUES (8, 'r8', 's8!')").await;
    midflight.ok(&["verify"]).await;
    let old: String = db.scalar("SELECT string_agg(renamed || spread, ' ' ORDER BY id) FROM t").await;
    assert_eq!(old, "r1s1 r2s2 r3s3 r4s4 r5s5 r6s6 r7s7 r8s8");
    midflight.ok(&["contract", "--release", "2"]).await;
    let found: String = db
        .scalar("SELECT string_agg(concat_ws(',', typed, other, required, spread2, made), ' ' ORDER BY id) FROM t WHERE id < 8")
        .await;
    assert_eq!(
        found,
        "t1,r1,q1,s1!,m1 t2,r2,none,s2!,m2 t3,r3,q3,s3!,m3 t4,r4,q4,s4!,m4 t5,r5,q5,s5!,m5 r6,n/a,s6!,m6 t7,r7,q7,s7!,m7"
    );
    let tokens: i64 = db.scalar("SELECT count(DISTINCT token) FROM t WHERE token LIKE 'x%'").await;
    assert_eq!(tokens, 8);
    // What psql would leave: the type's default serves what is inserted from now on.
    db.exec("INSERT INTO t (id) VALUES (9)").await;
    let fresh: String =
        db.scalar("SELECT concat_ws(',', typed, other, required, spread2, made) FROM t WHERE id = 9").await;
    assert_eq!(fresh, "n/a,n/a,n/a,n/a,n/a");
}

/// Rows with NULL fields are values, in every operation that converts.
#[tokio::test]
async fn rows_with_null_fields_are_values() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE TYPE place AS (street text, number integer); CREATE TYPE place2 AS (street text, number bigint);
         CREATE TABLE t (id integer PRIMARY KEY, typed place NOT NULL, renamed place NOT NULL, required place, whole place);
         INSERT INTO t SELECT n, p, p, p, p FROM (VALUES (1, ('s', 1)::place), (2, ('s', NULL)::place), (3, (NULL, NULL)::place)) v (n, p);
         INSERT INTO t VALUES (4, ('s', 4), ('s', 4), NULL, NULL)",
    )
    .await;
    let file = "operations:
  - change_type: {table: t, column: typed, type: place2, up: 'ROW((typed).street, (typed).number)::place2', down: 'ROW((typed).street, (typed).number::integer)::place'}
  - rename_column: {table: t, column: renamed, to: other}
  - set_not_null: {table: t, column: required, up: \"CASE WHEN required IS NOT DISTINCT FROM NULL THEN ROW('none', NULL)::place ELSE required END\"}
  - transform_columns: {table: t, from: [whole], to: [{name: part, type: place, not_null: true}], up: {part: \"CASE WHEN whole IS DISTINCT FROM NULL THEN whole ELSE ROW(NULL, 0)::place END\"}, down: {whole: part}}
  - add_column: {table: t, column: {name: made, type: place, not_null: true}, up: 'ROW(NULL, id)::place'}
";
    let midflight = Program::new(&db, &[("1.yaml", file)]);
    midflight.ok(&["expand", "--release", "1"]).await;
    db.exec("INSERT INTO t (id, typed, other, required, part) VALUES (5, (NULL, 5), (NULL, 5), (NULL, 5), (NULL, NULL))").await;
    db.exec("INSERT INTO t (id, typed, renamed, required, whole) VALUES (6, (NULL, 6), (NULL, 6), (NULL, 6), (NULL, NULL))").await;
    midflight.ok(&["backfill"]).await;
    midflight.ok(&["verify"]).await;
    midflight.ok(&["contract", "--release", "2"]).await;
    let found: String = db
        .scalar("SELECT string_agg(id || typed::text || other::text || required::text || part::text || made::text, ' ' ORDER BY id) FROM t")
        .await;
    assert_eq!(
        found,
        "1(s,1)(s,1)(s,1)(s,1)(,1) 2(s,)(s,)(s,)(s,)(,2) 3(,)(,)(,)(,)(,3) 4(s,4)(s,4)(none,)(,0)(,4) \
         5(,5)(,5)(,5)(,)(,5) 6(,6)(,6)(,6)(,)(,6)"
    );
    let nullable: i64 = db
        .scalar("SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attnotnull AND NOT attisdropped")
        .await;
    assert_eq!(nullable, 0);
}

/// A default is what the column makes of it: padded, cut or rounded. An INSERT that leaves it there did not write it.
#[tokio::test]
async fn defaults_are_compared_as_they_are_stored() {
    let columns = [
        ("a", "char(8) DEFAULT 'none'", "'ab'"),
        ("b", "bit(4) DEFAULT B'1010'", "B'0011'"),
        ("c", "varchar(3) DEFAULT 'abc'", "'x'"),
        ("d", "numeric(6,2) DEFAULT 1.239", "2.5"),
        ("e", "interval year DEFAULT '1 year 3 months'", "'2 years'"),
        ("f", "timestamp(0) DEFAULT '2026-01-01 00:00:00.7'", "'2026-02-02'"),
        ("g", "char(4)[] DEFAULT '{a,b}'", "'{c}'"),
        ("\"H h\"", "bit varying(3) DEFAULT B'1'", "B'01'"),
    ];
    let (mut all, mut file) = (Vec::new(), String::new());
    for (name, type_, _) in &columns {
        all.push(format!("{name} {type_} NOT NULL"));
        let to = if name.starts_with('"') { "\"H2\"".to_owned() } else { format!("{name}2") };
        file.push_str(&format!("ALTER TABLE t RENAME COLUMN {name} TO {to};\n"));
    }
    let db = TestDb::create().await;
    db.exec(&format!(
        "CREATE TABLE t (id integer PRIMARY KEY, {}); INSERT INTO t VALUES (1)",
        all.join(", ")
    ))
    .await;
    // A pair that loses something, so that what is written to both sides stays as it is.
    db.exec("CREATE TABLE lossy (id integer PRIMARY KEY, c char(8) NOT NULL DEFAULT 'none', n numeric(6,2) DEFAULT 1.239)").await;
    db.exec("INSERT INTO lossy VALUES (1)").await;
    let lossy = "operations:
  - transform_columns: {table: lossy, from: [c], to: [{name: d, type: text}], up: {d: 'upper(c)'}, down: {c: 'lower(d)'}}
  - transform_columns: {table: lossy, from: [n], to: [{name: m, type: integer}], up: {m: 'floor(n)::integer'}, down: {n: m}}
";
    let midflight = Program::new(&db, &[("1.sql", &file), ("2.yaml", lossy)]);
    midflight.ok(&["expand", "--release", "1"]).await;
    let values: Vec<&str> = columns.iter().map(|(_, _, value)| *value).collect();
    db.exec(&format!(
        "INSERT INTO t (id, a2, b2, c2, d2, e2, f2, g2, \"H2\") VALUES (2, {})",
        values.join(", ")
    ))
    .await;
    db.exec("INSERT INTO lossy (id, d, m) VALUES (2, 'AB', 7)").await;
    midflight.ok(&["backfill"]).await;
    midflight.ok(&["verify"]).await;
    let differ = "SELECT count(*) FROM t WHERE ROW(a, b, c, d, e, f, g, \"H h\") IS DISTINCT FROM ROW(a2, b2, c2, d2, e2, f2, g2, \"H2\")";
    assert_eq!(db.scalar::<i64>(differ).await, 0);
    let old: String = db.scalar("SELECT c || n FROM lossy WHERE id = 2").await;
    assert_eq!(old, "ab7.00");
    midflight.ok(&["contract", "--release", "2"]).await;
    let kept: i64 = db
        .scalar("SELECT count(*) FROM t WHERE id = 2 AND a2 = 'ab' AND b2 = B'0011' AND d2 = 2.5 AND e2 = '2 years'")
        .await;
    assert_eq!(kept, 1);
}

/// A volatile default fills what was there; NULL that the new release writes into its own rows stays.
#[tokio::test]
async fn a_filled_column_keeps_nulls_of_the_new_release() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 5)").await;
    let file = "ALTER TABLE t ADD COLUMN token uuid DEFAULT gen_random_uuid();\n";
    let midflight = Program::new(&db, &[("1.sql", file)]);
    midflight.ok(&["expand", "--release", "1"]).await;
    db.exec("INSERT INTO t (id) VALUES (6); INSERT INTO t (id, token) VALUES (7, NULL)").await;
    midflight.ok(&["backfill"]).await;
    db.exec("UPDATE t SET token = NULL WHERE id = 1").await;
    midflight.ok(&["verify"]).await;
    let found: String =
        db.scalar("SELECT string_agg(id::text, ' ' ORDER BY id) FROM t WHERE token IS NULL").await;
    assert_eq!(found, "1 7");
    midflight.ok(&["contract", "--release", "2"]).await;
    let columns: i64 = db
        .scalar("SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped")
        .await;
    assert_eq!(columns, 2, "the marker goes");
}

/// What can't be right on both sides is refused, and what the help says works.
#[tokio::test]
async fn what_cannot_be_right_on_both_sides_is_refused() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE line (id integer PRIMARY KEY, qty integer NOT NULL, price integer NOT NULL); INSERT INTO line VALUES (1, 2, 3)").await;
    let kept = "operations:
  - transform_columns: {table: line, from: [price], to: [{name: total, type: bigint, not_null: true}], up: {total: 'price::bigint * qty'}, down: {price: '(total / qty)::int'}}
";
    let back_only = kept.replace("price::bigint * qty", "price");
    let half = "operations:
  - transform_columns: {table: line, from: [price], to: [{name: price, type: bigint}, {name: fee, type: bigint}], up: {price: price, fee: '0'}, down: {price: price}}
";
    let not_null = "-- midflight: nulls cost written\nALTER TABLE line RENAME COLUMN price TO cost;\n";
    let nobody = "-- midflight: nulls costs written\nALTER TABLE line RENAME COLUMN price TO cost;\n";
    let renamed = "-- midflight: reverse price = (price / qty)::int\nALTER TABLE line ALTER COLUMN price TYPE bigint USING price * qty;\nALTER TABLE line RENAME COLUMN price TO cost;\n";
    for (name, file, code, says) in [
        ("1.yaml", kept, 23, "reads `qty`, which stays"),
        ("1.yaml", &back_only, 23, "reads `qty`, which stays"),
        ("1.yaml", half, 23, "another meaning"),
        ("1.sql", not_null, 2, "no NULL can be written to `cost`"),
        ("1.sql", nobody, 2, "gives no column the name `costs`"),
        ("1.sql", renamed, 23, "reads `qty`, which stays"),
    ] {
        let midflight = Program::new(&db, &[(name, file)]);
        let ran = midflight.exits(&["expand", "--release", "1"], &[code]).await;
        assert!(ran.stderr.contains(says), "`{says}` is missing in:\n{}", ran.stderr);
    }
    let columns: i64 =
        db.scalar("SELECT max(attnum)::int8 FROM pg_attribute WHERE attrelid = 'line'::regclass").await;
    assert_eq!(columns, 3);
    let cure = "operations:\n  - add_column: {table: line, column: {name: total, type: bigint, not_null: true}, up: 'price::bigint * qty'}\n";
    let midflight = Program::new(&db, &[("1.yaml", cure)]);
    midflight.ok(&["advance", "--release", "1"]).await;
    db.exec("INSERT INTO line (id, qty, price, total) VALUES (2, 4, 10, 40); UPDATE line SET qty = 3 WHERE id = 1").await;
    midflight.ok(&["advance", "--release", "2"]).await;
    midflight.write("2.sql", "ALTER TABLE line DROP COLUMN price;\n");
    midflight.ok(&["advance", "--release", "3"]).await;
    db.exec("INSERT INTO line (id, qty, total) VALUES (3, 1, 5)").await;
    midflight.ok(&["advance", "--release", "4"]).await;
    let found: String = db.scalar("SELECT string_agg(qty || '/' || total, ' ' ORDER BY id) FROM line").await;
    assert_eq!(found, "3/9 4/40 1/5");
}

/// A table has 1,600 attribute numbers for all its life.
#[tokio::test]
async fn the_last_attribute_numbers_are_the_applications() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE t (id integer PRIMARY KEY, name text)").await;
    let list =
        |action: &str| (1..=1497).map(|n| action.replace('#', &n.to_string())).collect::<Vec<_>>().join(", ");
    db.exec(&format!(
        "ALTER TABLE t {}; ALTER TABLE t {}",
        list("ADD COLUMN c# boolean"),
        list("DROP COLUMN c#")
    ))
    .await;
    let midflight = Program::new(&db, &[("1.sql", "ALTER TABLE t RENAME COLUMN name TO title;\n")]);
    let ran = midflight.exits(&["plan"], &[23]).await;
    assert!(ran.stderr.contains("1499 of 1600 attribute numbers"), "{}", ran.stderr);
    // One number less is taken where NULL is no value.
    db.exec("ALTER TABLE t ALTER COLUMN name SET NOT NULL").await;
    midflight.ok(&["plan"]).await;
}

/// Columns that are recomputed under their own names: no release writes the new side before contract, so both go on with the
/// old form, and nothing needs a marker.
#[tokio::test]
async fn columns_are_recomputed_under_their_own_names() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE TABLE t (id integer PRIMARY KEY, a text NOT NULL, \"B\" text);
         INSERT INTO t SELECT n, 'a' || n, nullif(repeat('b', n), 'bb') FROM generate_series(1, 4) n",
    )
    .await;
    let file = "operations:
  - transform_columns:
      table: t
      from: [a, \"B\"]
      to: [{name: \"B\", type: integer}, {name: a, type: text, not_null: true}]
      up: {a: 'upper(a)', \"B\": 'length(\"B\")'}
      down: {a: 'lower(a)', \"B\": 'repeat(''b'', \"B\")'}
";
    let midflight = Program::new(&db, &[("1.yaml", file)]);
    for back in [true, false] {
        midflight.ok(&["expand", "--release", "1"]).await;
        db.exec("UPDATE t SET a = 'x' WHERE id = 1; UPDATE t SET \"B\" = NULL WHERE id = 3").await;
        midflight.ok(&["backfill"]).await;
        db.exec("UPDATE t SET \"B\" = 'bbbbb' WHERE id = 4; INSERT INTO t VALUES (5, 'z', 'bb') ON CONFLICT DO NOTHING").await;
        midflight.ok(&["verify"]).await;
        let markers: i64 = db
            .scalar("SELECT count(*) FROM pg_attribute WHERE attname LIKE '\\_midflight\\_done%' AND NOT attisdropped")
            .await;
        assert_eq!(markers, 0);
        if back {
            midflight.ok(&["rollback"]).await;
            let old: String =
                db.scalar("SELECT string_agg(a || coalesce(\"B\", '-'), ' ' ORDER BY id) FROM t").await;
            assert_eq!(old, "xb a2- a3- a4bbbbb zbb");
        }
    }
    midflight.ok(&["contract", "--release", "2"]).await;
    let new: String =
        db.scalar("SELECT string_agg(a || coalesce(\"B\"::text, '-'), ' ' ORDER BY id) FROM t").await;
    assert_eq!(new, "X1 A2- A3- A45 Z2");
}
