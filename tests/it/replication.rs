//! Databases that others follow: publications, subscribers and standbys

use super::support::database::TestDb;
use super::support::program::Program;

const TABLE: &str = "CREATE TABLE t (id bigint PRIMARY KEY, amount int NOT NULL, nm text);
    INSERT INTO t SELECT n, n, 'n' FROM generate_series(1, 500) n; ANALYZE t;";
const TYPE_CHANGE: &str = "ALTER TABLE t ALTER COLUMN amount TYPE bigint;\n";

/// Tables of midflight's that a publication of updates would make unusable
const WITHOUT_KEY: &str = "SELECT string_agg(c.relname, ', ') FROM pg_class c
    WHERE c.relnamespace = 'midflight'::regnamespace AND c.relkind = 'r'
      AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)";

#[tokio::test]
async fn every_table_of_the_state_has_a_key() {
    let db = TestDb::create().await;
    db.exec("CREATE PUBLICATION everything FOR ALL TABLES").await;
    db.exec(TABLE).await;
    let midflight = Program::new(&db, &[("1.sql", TYPE_CHANGE)]);
    midflight.ok(&["init"]).await;
    assert_eq!(db.scalar::<Option<String>>(WITHOUT_KEY).await, None);
    for stage in ["expand", "backfill", "contract"] {
        midflight.ok(&[stage]).await;
    }
}

/// A state that was made before the publication was
#[tokio::test]
async fn an_older_state_gets_its_key() {
    let db = TestDb::create().await;
    db.exec(TABLE).await;
    let midflight = Program::new(&db, &[("1.sql", TYPE_CHANGE)]);
    midflight.ok(&["expand"]).await;
    db.exec("UPDATE midflight.meta SET version = 3; ALTER TABLE midflight.meta DROP COLUMN singleton").await;
    db.exec("CREATE PUBLICATION everything FOR ALL TABLES").await;
    midflight.ok(&["backfill"]).await;
    assert_eq!(db.scalar::<Option<String>>(WITHOUT_KEY).await, None);
    assert_eq!(db.scalar::<i32>("SELECT version FROM midflight.meta").await, 4);
    midflight.ok(&["contract"]).await;
}
