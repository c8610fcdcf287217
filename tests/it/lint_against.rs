//! `lint --against`: what the catalog knows beyond the files

use crate::support::database::TestDb;
use crate::support::program::Program;

const SCHEMA: &str = "
CREATE TABLE big (id bigint PRIMARY KEY, a varchar(20), b int CHECK (b IS NOT NULL), c int);
CREATE INDEX big_c ON big (c);
INSERT INTO big SELECT n, 'x', n, n FROM generate_series(1, 300000) n;
CREATE TABLE empty (id bigint PRIMARY KEY, a int);
CREATE TABLE unknown (id bigint PRIMARY KEY, a int) WITH (autovacuum_enabled = off);
CREATE TABLE parted (k int, v int) PARTITION BY RANGE (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (200000);
INSERT INTO parted SELECT n, n FROM generate_series(1, 100000) n;
CREATE FUNCTION steady() RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
CREATE DOMAIN positive AS int CHECK (value > 0);
";

/// The findings of a file in a database that holds the schema, without and with the database.
async fn findings(sql: &str) -> (String, String) {
    let db = TestDb::create().await;
    db.exec(SCHEMA).await;
    db.exec("VACUUM ANALYZE big").await;
    db.exec("ANALYZE empty; ANALYZE parted; ANALYZE parted_1").await;
    let program = Program::new(&db, &[("1.sql", sql)]);
    let run = async |extra: &[&str]| {
        let arguments = [&["lint", "--format", "json"], extra].concat();
        let ran = program.exits(&arguments, &[0, 3]).await;
        let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let word = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
        let found = json["findings"].as_array().unwrap().iter();
        found
            .map(|one| format!("{} {}", word(one, "severity"), word(one, "rule")))
            .collect::<Vec<_>>()
            .join(", ")
    };
    (run(&[]).await, run(&["--against", &db.url()]).await)
}

#[tokio::test]
async fn the_catalog_knows_more_than_the_files() {
    let cases = [
        // sizes: nothing on an empty table, a warning or an error on a large one, the rule's own where nobody knows
        ("ALTER TABLE empty ADD CHECK (a > 0)", "error add-check-scans", "advice add-check-scans"),
        ("ALTER TABLE unknown ADD CHECK (a > 0)", "error add-check-scans", "error add-check-scans"),
        ("ALTER TABLE big ALTER c TYPE bigint", "error change-type-rewrites", "warning change-type-rewrites"),
        (
            "CREATE INDEX i ON parted (v)",
            "error index-build-blocks-writes",
            "advice index-build-blocks-writes",
        ),
        // types, constraints, functions
        ("ALTER TABLE big ALTER a TYPE varchar(50)", "warning change-type-rewrites", ""),
        ("ALTER TABLE big ALTER b SET NOT NULL", "error set-not-null-scans", ""),
        ("ALTER TABLE big ALTER id SET NOT NULL", "error set-not-null-scans", ""),
        ("ALTER TABLE big ADD d int DEFAULT steady()", "error add-column-volatile-default", ""),
    ];
    for (sql, files, database) in cases {
        let found = findings(sql).await;
        assert_eq!((found.0.as_str(), found.1.as_str()), (files, database), "{sql}");
    }
}

#[tokio::test]
async fn says_how_long_and_skips_what_is_applied() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE big AS SELECT n AS id, n AS c FROM generate_series(1, 100000) n").await;
    db.exec("ANALYZE big").await;
    let first = "ALTER TABLE big DROP COLUMN id;";
    let program = Program::new(&db, &[("1.sql", first), ("2.sql", "ALTER TABLE big ALTER c TYPE bigint;")]);
    program.ok(&["expand", "1"]).await;
    let ran = program.exits(&["lint", "--against", &db.url()], &[0]).await;
    assert!(ran.stdout.contains("`big` has about 100,000 rows in"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("drop-column"), "{}", ran.stdout);
    let ran = program.exits(&["lint", "--against", "postgresql://localhost:1/none"], &[30]).await;
    assert!(ran.stderr.contains("can't connect"), "{}", ran.stderr);
}
