//! A release of an application: the statements of an example, executed while midflight works

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, PgConnection};
use tokio::task::JoinHandle;

use super::database::TestDb;

/// No statement may take longer. Far above the lock budget of half a second, for machines that do much else.
const LONGEST: Duration = Duration::from_secs(8);

/// Executes every statement once
pub async fn once(conn: &mut PgConnection, name: &str, statements: &[String]) {
    for statement in statements {
        run(conn, statement).await.unwrap_or_else(|error| panic!("release {name}: {error}"));
    }
}

/// One that executes its statements over and over on a connection of its own
pub struct Release {
    stop: Arc<AtomicBool>,
    task: JoinHandle<Result<u64, String>>,
    rounds: Arc<AtomicU64>,
}

impl Release {
    /// Starts it, and waits until every statement has run once
    pub async fn start(db: &TestDb, name: &'static str, statements: &[String]) -> Self {
        Self::start_on(db.connect().await, name, statements).await
    }

    /// The same on a connection that is there
    pub async fn start_on(mut conn: PgConnection, name: &'static str, statements: &[String]) -> Self {
        let (stop, rounds) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let statements = statements.to_vec();
        let (stopped, counted) = (stop.clone(), rounds.clone());
        let task = tokio::spawn(async move {
            while !stopped.load(Ordering::Relaxed) {
                for statement in &statements {
                    run(&mut conn, statement).await.map_err(|error| format!("release {name}: {error}"))?;
                }
                counted.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            Ok(counted.load(Ordering::Relaxed))
        });
        let started = Self { stop, task, rounds };
        while started.rounds.load(Ordering::Relaxed) == 0 && !started.task.is_finished() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        started
    }

    /// Stops it. Fails if a statement failed or took too long.
    pub async fn stop(self, during: &str) {
        self.stop.store(true, Ordering::Relaxed);
        if let Err(error) = self.task.await.unwrap() {
            panic!("during {during}, {error}");
        }
    }
}

/// `{n}` is a number that was never used before.
async fn run(conn: &mut PgConnection, statement: &str) -> Result<(), String> {
    static NEXT: AtomicU64 = AtomicU64::new(100_001);
    let sql = statement.replace("{n}", &NEXT.fetch_add(1, Ordering::Relaxed).to_string());
    let begun = Instant::now();
    let done = sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(conn).await;
    done.map_err(|error| format!("{error}\nin: {sql}"))?;
    let took = begun.elapsed();
    if took > LONGEST { Err(format!("{took:?} for: {sql}")) } else { Ok(()) }
}
