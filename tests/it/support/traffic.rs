//! An application that writes without pause, and remembers what it wrote

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::database::TestDb;

/// Writers of one release. Each has rows of its own, so that what it wrote last is what has to be there.
pub struct Traffic {
    stop: watch::Sender<bool>,
    writers: Vec<JoinHandle<Tally>>,
}

/// What writers did.
#[derive(Default)]
pub struct Tally {
    /// Statements that succeeded.
    pub served: u64,
    /// Statements that failed, with the server's words.
    pub failures: Vec<String>,
    /// The slowest statement.
    pub longest: Duration,
    /// The last value written to each row.
    pub written: BTreeMap<i64, i64>,
}

/// Which rows a writer may touch: those with `id % of = part`.
#[derive(Clone, Copy)]
struct Share {
    part: i64,
    of: i64,
}

impl Traffic {
    /// Starts writers on table `orders` (columns `id`, `status` and the value column given). Writers of several
    /// releases share the rows out by `first` and `of`.
    pub async fn start(db: &TestDb, column: &str, writers: i64, first: i64, of: i64) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut handles = Vec::new();
        for writer in 0..writers {
            let conn = db.connect().await;
            let share = Share { part: first + writer, of };
            handles.push(tokio::spawn(write(conn, column.to_owned(), share, stopped.clone())));
        }
        Self { stop, writers: handles }
    }

    /// Ends the writers and adds up what they did.
    pub async fn stop(self) -> Tally {
        self.stop.send_replace(true);
        let mut total = Tally::default();
        for writer in self.writers {
            let tally = writer.await.unwrap();
            total.served += tally.served;
            total.longest = total.longest.max(tally.longest);
            total.failures.extend(tally.failures);
            total.written.extend(tally.written);
        }
        total
    }
}

impl Tally {
    /// Fails unless every statement succeeded and the table holds what was written last.
    pub async fn check(&self, db: &TestDb, column: &str) {
        assert!(
            self.failures.is_empty(),
            "{} statements failed: {:?}",
            self.failures.len(),
            &self.failures[..self.failures.len().min(3)]
        );
        assert!(self.served > 50, "the writers hardly ran: {} statements", self.served);
        let ids: Vec<i64> = self.written.keys().copied().collect();
        let sql = format!("SELECT id, {column}::bigint FROM orders WHERE id = ANY ($1)");
        let rows =
            sqlx::query(AssertSqlSafe(sql)).bind(&ids).fetch_all(&mut db.connect().await).await.unwrap();
        let stored: BTreeMap<i64, i64> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        assert_eq!(stored.len(), self.written.len(), "rows are missing");
        let wrong: Vec<_> =
            self.written.iter().filter(|(id, value)| stored.get(id) != Some(value)).take(5).collect();
        assert!(wrong.is_empty(), "rows that differ from what was written: {wrong:?}");
    }
}

async fn write(
    mut conn: PgConnection,
    column: String,
    share: Share,
    stopped: watch::Receiver<bool>,
) -> Tally {
    let mut tally = Tally::default();
    // Rows that writers insert belong to the writer who did, whatever their number.
    let loaded = "SELECT max(id) FROM orders WHERE customer <> 'somebody'";
    let rows: i64 = sqlx::query_scalar(loaded).fetch_one(&mut conn).await.unwrap();
    let mut turn = 0;
    while !*stopped.borrow() {
        let id = 1 + fastrand::i64(0..rows / share.of - 1) * share.of + share.part;
        let value = fastrand::i64(0..1_000_000);
        let started = Instant::now();
        let done = statement(&mut conn, &column, turn % 5, id, value).await;
        tally.longest = tally.longest.max(started.elapsed());
        match done {
            Ok(Some(id)) => {
                tally.served += 1;
                tally.written.insert(id, value);
            }
            Ok(None) => tally.served += 1,
            Err(error) => tally.failures.push(error.to_string()),
        }
        turn += 1;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let _ = conn.close().await;
    tally
}

/// One statement; gives the row whose value it set.
async fn statement(
    conn: &mut PgConnection,
    column: &str,
    kind: i32,
    id: i64,
    value: i64,
) -> Result<Option<i64>, sqlx::Error> {
    let set = format!("UPDATE orders SET {column} = $2 WHERE id = $1");
    match kind {
        0 | 1 => {
            sqlx::query(AssertSqlSafe(set)).bind(id).bind(value as i32).execute(conn).await.map(|_| Some(id))
        }
        2 => sqlx::query("UPDATE orders SET status = 'seen' WHERE id = $1")
            .bind(id)
            .execute(conn)
            .await
            .map(|_| None),
        3 => {
            let insert = format!("INSERT INTO orders ({column}) VALUES ($1) RETURNING id");
            let row = sqlx::query(AssertSqlSafe(insert)).bind(value as i32).fetch_one(conn).await?;
            Ok(Some(row.get(0)))
        }
        _ => {
            let upsert = format!(
                "INSERT INTO orders (id, {column}) OVERRIDING SYSTEM VALUE VALUES ($1, $2)
                 ON CONFLICT (id) DO UPDATE SET {column} = excluded.{column}"
            );
            sqlx::query(AssertSqlSafe(upsert))
                .bind(id)
                .bind(value as i32)
                .execute(conn)
                .await
                .map(|_| Some(id))
        }
    }
}
