//! Both releases of an application at work, each on rows of its own, and what has to be in the table because of it

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, PgConnection};
use tokio::task::JoinHandle;

use super::scenario::{ROWS, Release, Scenario};
use crate::support::database::TestDb;

/// No statement may take longer. Far above the lock budget of half a second, for machines that do much else.
const LONGEST: Duration = Duration::from_secs(8);

/// Number by id: what was written last.
pub type Ledger = BTreeMap<i64, i64>;

/// The application: which of its releases run, and what they wrote.
pub struct Application {
    old: &'static Release,
    new: &'static Release,
    releases: [Deployed; 2],
}

enum Deployed {
    Idle(Ledger),
    AtWork(Writer),
}

struct Writer {
    stop: Arc<AtomicBool>,
    task: JoinHandle<Ledger>,
}

impl Application {
    /// One that has written the rows which a scenario begins with, and does nothing.
    pub fn new(scenario: &'static Scenario) -> Self {
        Self::with(&scenario.old, &scenario.new, (1..=ROWS).map(|id| (id, id)).collect())
    }

    /// One that has written these rows. Its releases share them out.
    pub fn with(old: &'static Release, new: &'static Release, ledger: Ledger) -> Self {
        let (even, odd) = ledger.into_iter().partition(|(id, _)| id % 2 == 0);
        Self { old, new, releases: [Deployed::Idle(even), Deployed::Idle(odd)] }
    }

    /// Lets the old release, the new one, or both write from now on, and no other.
    pub async fn deploy(&mut self, db: &TestDb, old: bool, new: bool) {
        for (at, run) in [old, new].into_iter().enumerate() {
            let release = if at == 0 { self.old } else { self.new };
            let before = std::mem::replace(&mut self.releases[at], Deployed::Idle(Ledger::new()));
            self.releases[at] = match (before, run) {
                (Deployed::Idle(ledger), true) => Deployed::AtWork(Writer::start(db, release, ledger).await),
                (Deployed::AtWork(writer), false) => {
                    writer.stop.store(true, Ordering::Relaxed);
                    Deployed::Idle(writer.task.await.unwrap())
                }
                (unchanged, _) => unchanged,
            };
        }
    }

    /// Stops all. Fails unless every statement succeeded, and a release finds exactly what was written.
    pub async fn check(&mut self, db: &TestDb, reader: &Release) {
        self.deploy(db, false, false).await;
        let mut wanted = Ledger::new();
        for deployed in &self.releases {
            if let Deployed::Idle(ledger) = deployed {
                wanted.extend(ledger);
            }
        }
        let sql = format!("SELECT id::bigint, ({})::bigint FROM {}", reader.value, reader.table);
        let rows: Vec<(i64, Option<i64>)> =
            sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&mut db.connect().await).await.unwrap();
        let found: BTreeMap<i64, Option<i64>> = rows.into_iter().collect();
        let lost: Vec<_> = wanted.iter().filter(|(id, _)| !found.contains_key(id)).take(5).collect();
        assert!(lost.is_empty(), "rows that are lost: {lost:?}");
        let wrong: Vec<_> = found.iter().filter(|(id, n)| wanted.get(id) != n.as_ref()).take(5).collect();
        assert!(wrong.is_empty(), "rows that nobody wrote so: {wrong:?}");
    }
}

impl Writer {
    /// Starts one, and waits until it has written something.
    async fn start(db: &TestDb, release: &'static Release, ledger: Ledger) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (mut conn, stopped) = (db.connect().await, stop.clone());
        let (begun, first) = tokio::sync::oneshot::channel();
        let task = tokio::spawn(async move {
            let (mut ledger, mut begun) = (ledger, Some(begun));
            for turn in 0.. {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                write(&mut conn, release, &mut ledger, turn).await;
                begun.take().map(|begun| begun.send(()));
                tokio::time::sleep(Duration::from_millis(3)).await;
            }
            ledger
        });
        // Who failed at once says so when it is stopped.
        let _ = first.await;
        Self { stop, task }
    }
}

/// One statement, and its entry in the ledger.
async fn write(conn: &mut PgConnection, release: &Release, ledger: &mut Ledger, turn: u32) {
    static NEXT: AtomicI64 = AtomicI64::new(100_001);
    let n = fastrand::i64(0..1_000_000);
    let known = *ledger.keys().nth(fastrand::usize(..ledger.len())).unwrap();
    let (template, id) = match turn % 6 {
        0 | 1 => (release.update, known),
        2 | 3 => (release.insert, NEXT.fetch_add(1, Ordering::Relaxed)),
        4 => ("UPDATE {table} SET seen = seen + 1 WHERE id = {id}", known),
        _ => ("DELETE FROM {table} WHERE id = {id}", known),
    };
    let sql = template
        .replace("{table}", release.table)
        .replace("{id}", &id.to_string())
        .replace("{n}", &n.to_string());
    let begun = Instant::now();
    let done = sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(conn).await;
    let done = done.unwrap_or_else(|error| panic!("release {}: {error}\nin: {sql}", release.name));
    assert!(begun.elapsed() < LONGEST, "release {}: {:?} for {sql}", release.name, begun.elapsed());
    assert_eq!(done.rows_affected(), 1, "release {} met another row than its own: {sql}", release.name);
    match turn % 6 {
        0..=3 => drop(ledger.insert(id, n)),
        4 => {}
        _ => drop(ledger.remove(&id)),
    }
}
