//! What needs no new values touches no row: same file, no tuple written
//!
//! `MIDFLIGHT_TEST_ROWS` sets the size of the table.

use super::support::database::TestDb;
use super::support::program::Program;

const CHANGES: &str = "
ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'fresh';
COMMENT ON COLUMN orders.status IS 'where it stands';
ALTER TABLE orders ADD CONSTRAINT orders_amount CHECK (amount >= 0);
ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer) REFERENCES customers (id);
ALTER TABLE orders ADD CONSTRAINT orders_number UNIQUE (number);
ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;
ALTER TABLE orders ALTER COLUMN code TYPE varchar(40);
ALTER TABLE orders ALTER COLUMN status SET NOT NULL;
ALTER TABLE orders ADD COLUMN colour text NOT NULL DEFAULT 'red';
CREATE INDEX orders_status ON orders (status);
";

/// The table's file, and how many of its tuples were ever written or moved.
async fn state(db: &TestDb) -> (i64, i64) {
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await; // sessions report their counts once a second
    let file = db.scalar("SELECT pg_relation_filenode('orders')::bigint").await;
    let tuples = "SELECT n_tup_ins + n_tup_upd + n_tup_del + n_dead_tup FROM pg_stat_user_tables WHERE relname = 'orders'";
    (file, db.scalar(tuples).await)
}

#[tokio::test]
async fn constraints_defaults_and_comments_touch_no_row() {
    let rows = std::env::var("MIDFLIGHT_TEST_ROWS").unwrap_or_else(|_| "50000".to_owned());
    let db = TestDb::create().await;
    db.exec(&format!(
        "CREATE TABLE customers (id bigint PRIMARY KEY); INSERT INTO customers SELECT generate_series(1, 100);
         CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number bigint, amount integer, customer bigint,
           status text DEFAULT 'new', note text NOT NULL, code varchar(20));
         INSERT INTO orders (number, amount, customer, note, code) SELECT n, n % 100, 1 + n % 100, '', 'c' || n FROM generate_series(1, {rows}) n"
    ))
    .await;
    let before = state(&db).await;
    let midflight = Program::new(&db, &[("1_all.sql", CHANGES)]);
    for stage in ["expand", "backfill", "contract"] {
        midflight.ok(&[stage]).await;
        assert_eq!(state(&db).await, before, "after {stage}");
    }
}
