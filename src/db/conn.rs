//! A connection that may lead through a pooler.

use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use sqlx::postgres::{PgArguments, PgConnection, PgQueryResult, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Either, Encode, Executor, Postgres, SqlSafeStr, Type};

/// What follows the BEGIN of a transaction, so that no setting of the role or the database surprises it. One is for a
/// runner that is frozen or cut off: its locks must not outlast it for long. And none is held while a COMMIT waits for a
/// standby: what was committed has reached the synchronous ones at the end of a stage ([`super::standbys`]).
pub const CALM: &str = "SET LOCAL statement_timeout = 0; SET LOCAL standard_conforming_strings = on; \
     SET LOCAL idle_in_transaction_session_timeout = '5s'; SET LOCAL synchronous_commit = local";

/// A connection that knows whether a transaction is open on it.
pub struct Conn {
    inner: PgConnection,
    in_transaction: bool,
    direct: bool,
    /// What statements without a transaction of their caller's begin theirs with.
    alone: &'static str,
    path: Path,
}

/// The `search_path` of the open transaction. A statement of midflight's own sees `pg_catalog` alone: an operator or a
/// function of the application would be taken where it fits the values better than PostgreSQL's own.
enum Path {
    /// Whoever began the transaction has set it for all statements.
    Fixed,
    /// That of the migration, in which its SQL, its triggers and constraints run.
    Migration(String),
    /// For now `pg_catalog` alone, in place of the migration's.
    Own(String),
}

impl Conn {
    pub(super) fn new(inner: PgConnection) -> Self {
        Self { inner, in_transaction: false, direct: false, alone: "", path: Path::Fixed }
    }

    /// Leaves all transactions to the caller: on a connection without a pooler, where somebody else's statements begin
    /// and end them.
    pub fn leave_transactions_alone(&mut self) {
        self.direct = true;
    }

    /// Sends statements as one query string and gives their results as they come.
    pub fn results(
        &mut self,
        sql: String,
    ) -> BoxStream<'_, Result<Either<PgQueryResult, PgRow>, sqlx::Error>> {
        sqlx::raw_sql(AssertSqlSafe(sql)).fetch_many(&mut self.inner)
    }

    /// Makes settings for statements that are outside transactions from here on. `SET LOCAL`: what is set for the
    /// session would meet another client of a pooler.
    pub fn set_alone(&mut self, set: &'static str) {
        self.alone = set;
    }

    /// Runs statements that return nothing. May be several, separated by semicolons. In a transaction with the
    /// migration's `search_path` they see that.
    pub async fn run(&mut self, sql: &str) -> Result<PgQueryResult, sqlx::Error> {
        self.see_migration().await?;
        self.send(sql).await
    }

    async fn send(&mut self, sql: &str) -> Result<PgQueryResult, sqlx::Error> {
        self.inner.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await
    }

    /// Goes back to a savepoint that `run` has made.
    pub async fn rollback_to(&mut self, savepoint: &str) -> Result<(), sqlx::Error> {
        // The search_path goes back with the rest: to the migration's, which `run` had set before. Setting it would
        // fail in a transaction that a failed statement has aborted.
        if let Path::Own(path) = &mut self.path {
            self.path = Path::Migration(std::mem::take(path));
        }
        self.send(&format!("ROLLBACK TO SAVEPOINT {savepoint}")).await.map(drop)
    }

    async fn see_own(&mut self) -> Result<(), sqlx::Error> {
        if let Path::Migration(path) = &mut self.path {
            let path = std::mem::take(path);
            self.path = Path::Own(path);
            self.send("SET LOCAL search_path = pg_catalog").await?;
        }
        Ok(())
    }

    async fn see_migration(&mut self) -> Result<(), sqlx::Error> {
        if let Path::Own(path) = &mut self.path {
            let path = std::mem::take(path);
            let set = format!("SET LOCAL search_path = {path}");
            self.path = Path::Migration(path);
            self.send(&set).await?;
        }
        Ok(())
    }

    /// What a `COPY … TO STDOUT` gives.
    pub async fn copy_out(&mut self, sql: &str) -> Result<Vec<u8>, sqlx::Error> {
        let mut stream = self.inner.copy_out_raw(sql).await?;
        let mut data = Vec::new();
        while let Some(piece) = stream.try_next().await? {
            data.extend_from_slice(&piece);
        }
        Ok(data)
    }

    /// Hands data to a `COPY … FROM STDIN`. Gives the number of rows.
    pub async fn copy_in(&mut self, sql: &str, data: &[u8]) -> Result<u64, sqlx::Error> {
        let mut copy = self.inner.copy_in_raw(sql).await?;
        copy.send(data).await?;
        copy.finish().await
    }

    /// Opens a transaction; `sql` begins with BEGIN.
    pub async fn begin(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        self.send(sql).await?;
        self.path = Path::Fixed;
        self.in_transaction = true;
        Ok(())
    }

    /// The same, with the `search_path` of a migration; midflight's own statements see `pg_catalog` alone.
    pub async fn begin_for_migration(&mut self, sql: &str, search_path: &str) -> Result<(), sqlx::Error> {
        self.begin(&format!("{sql}; SET LOCAL search_path = {search_path}")).await?;
        if search_path != "pg_catalog" {
            self.path = Path::Migration(search_path.to_owned());
        }
        Ok(())
    }

    /// Ends the transaction. A failed statement before makes this an error.
    pub async fn commit(&mut self) -> Result<(), sqlx::Error> {
        self.in_transaction = false;
        match std::mem::replace(&mut self.path, Path::Fixed) {
            Path::Fixed | Path::Migration(_) => self.send("COMMIT").await.map(drop),
            // Deferred triggers of the application fire now.
            Path::Own(path) => self.send(&format!("SET LOCAL search_path = {path}; COMMIT")).await.map(drop),
        }
    }

    /// Undoes the transaction. An error means the connection is gone, and the transaction with it.
    pub async fn rollback(&mut self) {
        self.in_transaction = false;
        self.path = Path::Fixed;
        let _ = self.send("ROLLBACK").await;
    }
}

/// A statement whose values are bound. Parsing and executing are two messages with a pause between, and outside a
/// transaction a pooler may send them to two servers: so there is always a transaction, the caller's or one for it
/// alone. It has no name on the server: a named one would stay there until the connection ends, one for each execution,
/// and a pooler would meet it again under another client.
pub struct Statement<'q> {
    query: Query<'q, Postgres, PgArguments>,
    sees: Sees,
}

/// What names without a schema mean in a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sees {
    /// It is midflight's own: what `pg_catalog` has, and nothing else.
    CatalogAlone,
    /// It has the user's names or expressions in it: what the search_path of transaction or role says.
    UsersNames,
}

/// A statement of midflight's own, without values yet.
pub fn statement<'q>(sql: impl SqlSafeStr) -> Statement<'q> {
    Statement { query: sqlx::query(sql).persistent(false), sees: Sees::CatalogAlone }
}

/// A statement in which names or expressions of the user are looked up, without values yet.
pub fn users_statement<'q>(sql: impl SqlSafeStr) -> Statement<'q> {
    Statement { query: sqlx::query(sql).persistent(false), sees: Sees::UsersNames }
}

impl<'q> Statement<'q> {
    /// Binds the next value.
    #[must_use]
    pub fn bind<'t, T: 't + Encode<'t, Postgres> + Type<Postgres>>(self, value: T) -> Self {
        Self { query: self.query.bind(value), ..self }
    }

    /// Runs it. Gives the number of rows it touched.
    pub async fn execute(self, conn: &mut Conn) -> Result<PgQueryResult, sqlx::Error> {
        within(conn, self.sees, async |conn| self.query.execute(conn).await).await
    }

    /// Its rows.
    pub async fn fetch_all(self, conn: &mut Conn) -> Result<Vec<PgRow>, sqlx::Error> {
        within(conn, self.sees, async |conn| self.query.fetch_all(conn).await).await
    }

    /// Its one row.
    pub async fn fetch_one(self, conn: &mut Conn) -> Result<PgRow, sqlx::Error> {
        within(conn, self.sees, async |conn| self.query.fetch_one(conn).await).await
    }

    /// Its first row, if there is one.
    pub async fn fetch_optional(self, conn: &mut Conn) -> Result<Option<PgRow>, sqlx::Error> {
        within(conn, self.sees, async |conn| self.query.fetch_optional(conn).await).await
    }
}

async fn within<T>(
    conn: &mut Conn,
    sees: Sees,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
) -> Result<T, sqlx::Error> {
    if conn.in_transaction || conn.direct {
        match sees {
            Sees::CatalogAlone => conn.see_own().await?,
            Sees::UsersNames => conn.see_migration().await?,
        }
        return work(&mut conn.inner).await;
    }
    let path = match sees {
        Sees::CatalogAlone => "SET LOCAL search_path = pg_catalog; ",
        Sees::UsersNames => "",
    };
    let begin = format!(
        "BEGIN ISOLATION LEVEL READ COMMITTED; {CALM}; SET LOCAL lock_timeout = '10s'; {path}{}",
        conn.alone
    );
    conn.send(&begin).await?;
    let done = work(&mut conn.inner).await;
    let ended = conn.send(if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).await;
    let done = done?;
    ended.map(|_| done)
}
