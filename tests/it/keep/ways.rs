//! What is kept, and what both releases' writes make of it

use crate::support::database::TestDb;
use crate::support::oracle_case::psql;
use crate::support::program::Program;
use crate::support::snapshot::{self, assert_same};

const SHOP: &str = r#"
CREATE TABLE "Big Shop" ("Id" serial PRIMARY KEY, price numeric(10,2) NOT NULL DEFAULT 1.5 CHECK (price > 0),
  name text NOT NULL DEFAULT 'a b', code varchar(20) CONSTRAINT codes UNIQUE, qty int);
CREATE INDEX by_price ON "Big Shop" (price, qty);
CREATE UNIQUE INDEX one_each ON "Big Shop" (price);
CREATE INDEX by_qty ON "Big Shop" (qty);
CREATE TABLE kinds (id int PRIMARY KEY);
CREATE TABLE legacy (id serial PRIMARY KEY, kind int NOT NULL REFERENCES kinds, note text UNIQUE);
INSERT INTO kinds SELECT g FROM generate_series(1, 5) g;
INSERT INTO legacy (kind, note) SELECT g, 'n' || g FROM generate_series(1, 5) g;
INSERT INTO "Big Shop" (price, name, code, qty) SELECT g, 'first' || g || ' last' || g, 'c' || g, g FROM generate_series(1, 20) g;
"#;

const CENTS: &str = "-- midflight: reverse price = price / 100.0
ALTER TABLE \"Big Shop\" ALTER COLUMN price TYPE integer USING (price * 100)::integer;
";

struct Project {
    db: TestDb,
    midflight: Program,
    before: Vec<String>,
}

impl Project {
    /// Contracted so that it is kept
    async fn kept(name: &str, text: &str) -> Self {
        let project = Self::ready(name, text).await;
        project.midflight.ok(&["contract", "--release", "2", "--keep", "7d"]).await;
        project
    }

    /// Backfilled
    async fn ready(name: &str, text: &str) -> Self {
        let db = TestDb::create().await;
        db.exec(SHOP).await;
        let before = snapshot::catalog(&mut db.connect().await).await;
        let midflight = Program::new(&db, &[(name, text)]);
        midflight.ok(&["expand", "--release", "1"]).await;
        midflight.ok(&["backfill"]).await;
        Self { db, midflight, before }
    }

    async fn undone(&self, id: &str) {
        self.midflight.ok(&["undo", id]).await;
        let now = snapshot::catalog(&mut self.db.connect().await).await;
        assert_same("undone", &self.before, &now);
        assert_eq!(self.phase().await, "undone");
    }

    async fn phase(&self) -> String {
        self.db.scalar("SELECT phase FROM midflight.migrations ORDER BY id LIMIT 1").await
    }

    async fn fails(&self, sql: &str) -> bool {
        let mut conn = self.db.connect().await;
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut conn).await.is_err()
    }
}

#[tokio::test]
async fn a_type_is_undone_with_what_was_written_since() {
    let project = Project::kept("1.sql", CENTS).await;
    project
        .db
        .exec(
            r#"UPDATE "Big Shop" SET price = 12345 WHERE qty = 1;
                 UPDATE "Big Shop" SET qty = 77 WHERE qty = 2;
                 INSERT INTO "Big Shop" (price, name, qty) VALUES (4321, 'x y', 50)"#,
        )
        .await;
    project.undone("1").await;
    let rows: String = project
        .db
        .scalar(r#"SELECT string_agg(qty || '=' || price, ' ' ORDER BY qty) FROM "Big Shop" WHERE qty IN (1, 3, 50, 77)"#)
        .await;
    assert_eq!(rows, "1=123.45 3=3.00 50=43.21 77=2.00");
    // It may be expanded again.
    project.midflight.ok(&["expand", "--release", "3"]).await;
}

#[tokio::test]
async fn a_split_is_undone_with_what_was_written_since() {
    let yaml = r#"operations:
  - transform_columns:
      table: Big Shop
      from: [name]
      to:
        - {name: first, type: text, not_null: true}
        - {name: Last, type: text}
      up: {first: "split_part(name, ' ', 1)", Last: "nullif(split_part(name, ' ', 2), '')"}
      down: {name: "concat_ws(' ', first, \"Last\")"}
"#;
    let project = Project::kept("1.yaml", yaml).await;
    project
        .db
        .exec(
            r#"UPDATE "Big Shop" SET "Last" = 'Other' WHERE qty = 1;
                 INSERT INTO "Big Shop" (price, first, qty) VALUES (50, 'Solo', 50)"#,
        )
        .await;
    project.undone("1").await;
    let rows: String = project
        .db
        .scalar(r#"SELECT string_agg(name, '; ' ORDER BY qty) FROM "Big Shop" WHERE qty IN (1, 2, 50)"#)
        .await;
    assert_eq!(rows, "first1 Other; first2 last2; Solo");
}

#[tokio::test]
async fn a_rename_and_a_dropped_column_are_undone() {
    let sql = "ALTER TABLE \"Big Shop\" RENAME COLUMN name TO \"Title\";\nALTER TABLE \"Big Shop\" DROP COLUMN code;\n";
    let project = Project::kept("1.sql", sql).await;
    project.db.exec(r#"INSERT INTO "Big Shop" (price, "Title", qty) VALUES (50, 'new', 50)"#).await;
    project.undone("1").await;
    let rows: String = project
        .db
        .scalar(
            r#"SELECT string_agg(concat_ws(' ', name, coalesce(code, '-')), '; ' ORDER BY qty) FROM "Big Shop" WHERE qty IN (1, 50)"#,
        )
        .await;
    assert_eq!(rows, "first1 last1 c1; new -");
}

#[tokio::test]
async fn a_table_an_index_and_constraints_are_undone() {
    let sql = "DROP TABLE legacy;\nDROP INDEX by_qty;\nDROP INDEX one_each;\n\
               ALTER TABLE \"Big Shop\" DROP CONSTRAINT codes;\nALTER TABLE \"Big Shop\" DROP CONSTRAINT \"Big Shop_price_check\";\n";
    let project = Project::kept("1.sql", sql).await;
    // Names are free, and rows that the foreign key guarded.
    project
        .db
        .exec("CREATE TABLE legacy_pkey (i int); DROP TABLE legacy_pkey; CREATE SEQUENCE legacy_id_seq; DROP SEQUENCE legacy_id_seq")
        .await;
    project.undone("1").await;
    assert_eq!(project.db.scalar::<i64>("SELECT count(*) FROM legacy").await, 5);
    assert!(project.fails("DELETE FROM kinds WHERE id = 1").await, "the foreign key is back");
    let next: i32 = project.db.scalar("INSERT INTO legacy (kind, note) VALUES (1, 'z') RETURNING id").await;
    assert_eq!(next, 6);
}

#[tokio::test]
async fn nothing_that_is_kept_fails_a_statement() {
    let sql = format!(
        "{CENTS}ALTER TABLE \"Big Shop\" DROP COLUMN code;\nDROP TABLE legacy;\nDROP INDEX one_each;\n"
    );
    let project = Project::kept("1.sql", &sql).await;
    project
        .db
        .exec(
            r#"DELETE FROM kinds;
                 ALTER TABLE "Big Shop" DROP CONSTRAINT "Big Shop_price_check";
                 INSERT INTO "Big Shop" (price, qty) VALUES (100, 100), (100, 101);
                 INSERT INTO "Big Shop" (price, qty) VALUES (-5, 102);
                 ALTER TABLE "Big Shop" ALTER COLUMN price DROP NOT NULL;
                 UPDATE "Big Shop" SET price = NULL WHERE qty = 3"#,
        )
        .await;
    let wrong: i64 =
        project.db.scalar(r#"SELECT count(*) FROM "Big Shop" WHERE qty > 99 OR price IS NULL"#).await;
    assert_eq!(wrong, 4);
}

#[tokio::test]
async fn rows_that_the_old_shape_cannot_hold_are_listed() {
    let sql = "ALTER TABLE \"Big Shop\" ALTER COLUMN qty TYPE bigint;\n";
    let project = Project::kept("1.sql", sql).await;
    project.db.exec(r#"UPDATE "Big Shop" SET qty = 5000000000 WHERE qty = 7"#).await;
    let kept = snapshot::catalog(&mut project.db.connect().await).await;
    let ran = project.midflight.exits(&["undo", "1"], &[21]).await;
    assert!(ran.stderr.contains("Id=7"), "{}", ran.stderr);
    assert_same("nothing was undone", &kept, &snapshot::catalog(&mut project.db.connect().await).await);
    assert_eq!(project.phase().await, "contracted");
    project.db.exec(r#"UPDATE "Big Shop" SET qty = 70 WHERE qty = 5000000000"#).await;
    project.undone("1").await;
    assert_eq!(project.db.scalar::<i32>(r#"SELECT qty FROM "Big Shop" WHERE "Id" = 7"#).await, 70);
}

#[tokio::test]
async fn values_that_meet_in_the_old_shape_are_listed() {
    let sql = "DROP INDEX one_each;\n";
    let project = Project::kept("1.sql", sql).await;
    project.db.exec(r#"UPDATE "Big Shop" SET price = 1 WHERE qty = 2"#).await;
    let ran = project.midflight.exits(&["undo", "1"], &[21]).await;
    assert!(ran.stderr.contains("more than once"), "{}", ran.stderr);
    assert_eq!(project.phase().await, "contracted");
}

#[tokio::test]
async fn later_migrations_stand_in_the_way_or_keep_out_of_it() {
    let project = Project::kept("1.sql", "ALTER TABLE \"Big Shop\" ALTER COLUMN qty TYPE bigint;\n").await;
    project.midflight.write("2.sql", "ALTER TABLE \"Big Shop\" DROP COLUMN qty;\n");
    let ran = project.midflight.exits(&["expand", "2", "--release", "3"], &[23]).await;
    assert!(ran.stderr.contains("midflight purge 1"), "{}", ran.stderr);
    project.midflight.remove("2.sql");
    project.midflight.write("3.sql", "CREATE INDEX upon_it ON \"Big Shop\" (qty);\n");
    project.midflight.ok(&["expand", "3", "--release", "3"]).await;
    let ran = project.midflight.exits(&["undo", "1"], &[23]).await;
    assert!(ran.stderr.contains("migration `3`"), "{}", ran.stderr);
    project.midflight.ok(&["rollback", "3"]).await;
    project.undone("1").await;
}

#[tokio::test]
async fn purge_ends_where_psql_does() {
    let sql = format!(
        "{CENTS}ALTER TABLE \"Big Shop\" DROP COLUMN code;\nDROP TABLE legacy;\nDROP INDEX by_qty;\n"
    );
    let project = Project::ready("1.sql", &sql).await;
    project.midflight.write("midflight.yaml", "contract: {keep: 1ms}\n");
    project.midflight.ok(&["contract", "--release", "2"]).await;
    let ran = project.midflight.exits(&["rollback", "1"], &[23]).await;
    assert!(ran.stderr.contains("midflight undo 1"), "{}", ran.stderr);
    let ran = project.midflight.ok(&["advance", "--release", "3", "--format", "json"]).await;
    let told: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(told["purged"], serde_json::json!(["1"]), "{told}");
    let direct = TestDb::create().await;
    direct.exec(SHOP).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &sql).unwrap();
    psql(&direct, file.path()).await;
    let wanted = snapshot::catalog(&mut direct.connect().await).await;
    assert_same("purged", &wanted, &snapshot::catalog(&mut project.db.connect().await).await);
    let ran = project.midflight.exits(&["undo", "1"], &[23]).await;
    assert!(ran.stderr.contains("nothing of it was kept"), "{}", ran.stderr);
}

#[tokio::test]
async fn somebody_who_takes_the_trigger_away_is_noticed() {
    let project = Project::kept("1.sql", CENTS).await;
    let trigger: String =
        project.db.scalar("SELECT tgname::text FROM pg_trigger WHERE tgname LIKE 'zzzz%kept'").await;
    project.db.exec(&format!(r#"ALTER TABLE "Big Shop" DISABLE TRIGGER {trigger}"#)).await;
    project.midflight.exits(&["undo", "1"], &[22]).await;
}

#[tokio::test]
async fn status_says_what_is_kept_and_until_when() {
    let project = Project::kept("1.sql", CENTS).await;
    let ran = project.midflight.ok(&["status", "--format", "json"]).await;
    let told: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let of = &told["migrations"][0];
    assert_eq!(of["phase"], "contracted");
    assert!(of["kept_until"].is_string(), "{of}");
    let human = project.midflight.ok(&["status"]).await;
    assert!(human.stdout.contains("contracted, kept"), "{}", human.stdout);
}
