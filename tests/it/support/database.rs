//! A database for each test, on the server all tests of a run share

use std::{
    path::Path,
    process,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use midflight::ephemeral::{SharedServer, shared};
use sqlx::{AssertSqlSafe, Connection, Decode, PgConnection, Postgres, Type};

/// An empty database of its own for one test.
///
/// It is dropped with the server, not before: whoever looks into a failure finds it as the test left it. On a
/// server from `DATABASE_URL` databases of earlier runs are replaced when their name comes up again.
pub struct TestDb {
    name: String,
}

impl TestDb {
    /// Creates a database named `t_<process>_<n>`
    pub async fn create() -> Self {
        Self::made_from("template1").await
    }

    /// Another one with all that this has, to which nobody may be connected
    pub async fn copy(&self) -> Self {
        Self::made_from(&self.name).await
    }

    async fn made_from(template: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        tokio::task::spawn_blocking(server).await.unwrap();
        let name = format!("t_{}_{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut admin = connect(server().admin_url()).await;
        for sql in
            [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name} TEMPLATE {template}")]
        {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut admin).await.unwrap();
        }
        Self { name }
    }

    /// URL of the database, for a program under test
    pub fn url(&self) -> String {
        server().url(&self.name)
    }

    /// Its name
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A new connection
    pub async fn connect(&self) -> PgConnection {
        connect(&self.url()).await
    }

    /// Drops it, for tests that make hundreds. Whoever is still connected is thrown out.
    pub async fn discard(self) {
        let sql = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        let mut admin = connect(server().admin_url()).await;
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut admin).await.unwrap();
    }

    /// Runs one or more statements
    pub async fn exec(&self, sql: &str) {
        let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.connect().await).await;
        done.unwrap_or_else(|error| panic!("{error}\nin: {sql}"));
    }

    /// Waits until a query gives true
    pub async fn until(&self, sql: &str) {
        until(&mut self.connect().await, sql).await;
    }

    /// The only value a query returns
    pub async fn scalar<T>(&self, sql: &str) -> T
    where
        T: for<'r> Decode<'r, Postgres> + Type<Postgres> + Send + Unpin,
    {
        let value = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut self.connect().await).await;
        value.unwrap_or_else(|error| panic!("{error}\nin: {sql}"))
    }
}

/// Waits until a query gives true; long enough for machines that do much else
pub async fn until(conn: &mut PgConnection, sql: &str) {
    for _ in 0..600 {
        let query = sqlx::query_scalar::<_, Option<bool>>(AssertSqlSafe(sql.to_owned()));
        if query.fetch_one(&mut *conn).await.unwrap_or_else(|error| panic!("{error}\nin: {sql}"))
            == Some(true)
        {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("never true within a minute: {sql}");
}

/// The server; a static, so that it is held until the process ends
fn server() -> &'static SharedServer {
    static SERVER: OnceLock<SharedServer> = OnceLock::new();
    SERVER.get_or_init(|| {
        shared(Path::new(env!("CARGO_MANIFEST_DIR")))
            .unwrap_or_else(|error| panic!("tests need a server: {error:#}"))
    })
}

async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url).await.unwrap_or_else(|error| panic!("cannot connect to {url}: {error}"))
}
