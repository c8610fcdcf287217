//! Through PgBouncer in transaction mode, whose few server processes midflight shares with the application

use sqlx::AssertSqlSafe;

use super::support::database::TestDb;
use super::support::pooler::{Pooled, SERVERS, connect};
use super::support::program::Program;

#[tokio::test(flavor = "multi_thread")]
async fn every_stage_but_index_builds() {
    let Some(pooled) = Pooled::start().await else { return };
    let mut direct = connect(&pooled.direct_url()).await.unwrap();
    let table = "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b text);
                 INSERT INTO t SELECT n, n FROM generate_series(1, 30000) n; ANALYZE t";
    sqlx::raw_sql(table).execute(&mut direct).await.unwrap();
    let db = TestDb::create().await;
    let midflight = Program::new(&db, &[("1.sql", "ALTER TABLE t ALTER COLUMN a TYPE bigint;\n")])
        .with_url(&pooled.url());

    let mut application = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let mut conn = connect(&pooled.url()).await.unwrap();
        application.spawn(async move {
            loop {
                let id = fastrand::i32(1..=30000);
                let statement = format!("UPDATE t SET b = 'x' WHERE id = {id}");
                sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut conn).await.unwrap();
            }
        });
    }
    for stage in ["expand", "backfill", "verify", "contract"] {
        midflight.ok(&[stage]).await;
    }
    application.abort_all();
    while let Some(ended) = application.join_next().await {
        assert!(ended.is_err_and(|error| error.is_cancelled()), "a statement of the application failed");
    }

    // Nothing of midflight's is left on any server process; open transactions keep each client on its own.
    let mut clients = Vec::new();
    for _ in 0..SERVERS {
        let mut client = connect(&pooled.url()).await.unwrap();
        sqlx::raw_sql("BEGIN").execute(&mut client).await.unwrap();
        let left = "SELECT (SELECT string_agg(name || ' = ' || setting, ', ') FROM pg_settings WHERE source = 'session'
                              AND name NOT IN ('application_name', 'client_encoding', 'DateStyle', 'TimeZone', 'standard_conforming_strings')),
                           (SELECT string_agg(statement, ', ') FROM pg_prepared_statements)";
        let row = sqlx::raw_sql(left).fetch_one(&mut client).await.unwrap();
        let left: (Option<String>, Option<String>) = (sqlx::Row::get(&row, 0), sqlx::Row::get(&row, 1));
        assert_eq!(left, (None, None));
        clients.push(client);
    }
    drop(clients);

    midflight.write("2.sql", "CREATE INDEX t_b ON t (b);\n");
    let ran = midflight.exits(&["expand"], &[23]).await;
    assert!(ran.stderr.contains("takes a direct connection: build index t_b on public.t"), "{}", ran.stderr);
    midflight.ok(&["expand", "--database-url", &pooled.direct_url()]).await;
}
