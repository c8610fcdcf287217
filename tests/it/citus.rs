//! Tables that Citus keeps, on a coordinator that `MIDFLIGHT_TEST_CITUS_URL` names; one node will do. Without it these
//! tests say that they were skipped. What planning makes of such tables is tested beside `plan/distributed.rs` as well.

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::support::program::Program;

/// A schema with a table of each kind, on the coordinator; none where there is no coordinator.
async fn schema(name: &str) -> Option<(PgConnection, String)> {
    let Ok(url) = std::env::var("MIDFLIGHT_TEST_CITUS_URL") else {
        println!("SKIPPED: MIDFLIGHT_TEST_CITUS_URL names no coordinator of Citus");
        return None;
    };
    let mut conn = PgConnection::connect(&url).await.unwrap();
    let setup = format!(
        "CREATE EXTENSION IF NOT EXISTS citus; DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}; SET search_path = {name}, public;
         CREATE TABLE orders (tenant_id int NOT NULL, id bigint NOT NULL, amount_cents int NOT NULL DEFAULT 0, note text, PRIMARY KEY (tenant_id, id));
         SELECT create_distributed_table('orders', 'tenant_id');
         INSERT INTO orders SELECT 1 + g % 40, g, g % 1000, 'n' FROM generate_series(1, 2000) g;
         CREATE TABLE plans (id int PRIMARY KEY, name text); SELECT create_reference_table('plans')"
    );
    sqlx::raw_sql(AssertSqlSafe(setup)).execute(&mut conn).await.unwrap();
    Some((conn, url))
}

fn project(url: &str, name: &str, sql: &str) -> Program {
    let midflight = Program::without_database(&[("0001_change.sql", sql)]).with_url(url);
    midflight.write("midflight.yaml", &format!("schema: {name}\nstate_schema: {name}_state\n"));
    midflight
}

/// Refused before anything is changed, by `plan` and by `expand`
#[tokio::test]
async fn what_cant_be_carried_through_is_refused() {
    let Some((mut conn, url)) = schema("citus_refused").await else { return };
    for sql in [
        "ALTER TABLE orders ALTER COLUMN amount_cents TYPE bigint;",
        "ALTER TABLE orders RENAME COLUMN note TO remark;",
        "ALTER TABLE orders RENAME TO purchases;",
        "ALTER TABLE orders ADD COLUMN tok uuid NOT NULL DEFAULT gen_random_uuid();",
        "ALTER TABLE orders ALTER COLUMN tenant_id TYPE bigint;",
        "ALTER TABLE plans ALTER COLUMN id TYPE bigint;",
        "ALTER TABLE orders ADD CONSTRAINT u UNIQUE (id);",
    ] {
        let midflight = project(&url, "citus_refused", sql);
        for command in ["plan", "expand"] {
            midflight.exits(&[command], &[23]).await;
        }
    }
    let state = "SELECT to_regnamespace('citus_refused_state') IS NULL";
    assert!(
        sqlx::query_scalar::<_, bool>(state).fetch_one(&mut conn).await.unwrap(),
        "a refusal leaves no trace"
    );
}

/// Changes of the catalog go through every stage, and back
#[tokio::test]
async fn what_only_changes_the_catalog_passes() {
    let Some((mut conn, url)) = schema("citus_passes").await else { return };
    let sql = "ALTER TABLE orders ADD COLUMN plan text;\nCREATE INDEX orders_amount ON orders (amount_cents);\nALTER TABLE orders DROP COLUMN note;\n";
    let midflight = project(&url, "citus_passes", sql);
    midflight.ok(&["expand", "--release", "r1"]).await;
    midflight.ok(&["rollback", "0001_change"]).await;
    midflight.ok(&["expand", "--release", "r1"]).await;
    midflight.ok(&["backfill"]).await;
    midflight.ok(&["contract", "--release", "r2"]).await;
    let shards = "SELECT count(*) FILTER (WHERE result <> '1') FROM run_command_on_placements('citus_passes.orders',
        $$SELECT count(*) FROM pg_attribute a JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisvalid AND NOT i.indisprimary
          WHERE a.attrelid = '%s'::regclass AND a.attname = 'plan'$$)";
    assert_eq!(sqlx::query_scalar::<_, i64>(shards).fetch_one(&mut conn).await.unwrap(), 0, "on every shard");
}
