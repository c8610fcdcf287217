//! Databases that others follow: publications, subscribers and standbys

use std::time::Duration;

use midflight::ephemeral::{Binaries, Cluster, ClusterOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::support::database::{TestDb, until};
use super::support::program::Program;
use super::support::standby::Pair;

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

/// A release that reads and writes without pause, and remembers what failed
struct Application {
    stop: tokio::sync::watch::Sender<bool>,
    tasks: Vec<tokio::task::JoinHandle<Vec<String>>>,
}

impl Application {
    /// Each of these statements in a session of its own, again and again, until it stops
    async fn start(url: &str, settings: &str, statements: &[&str]) -> Self {
        Self::at_pace(url, settings, statements, Duration::from_millis(5)).await
    }

    async fn at_pace(url: &str, settings: &str, statements: &[&str], pause: Duration) -> Self {
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let mut tasks = Vec::new();
        for statement in statements {
            let mut conn = PgConnection::connect(url).await.unwrap();
            sqlx::raw_sql(AssertSqlSafe(settings.to_owned())).execute(&mut conn).await.unwrap();
            let (statement, stopped) = ((*statement).to_owned(), stopped.clone());
            tasks.push(tokio::spawn(async move {
                let (mut failures, mut served) = (Vec::new(), 0);
                while !*stopped.borrow() {
                    match sqlx::raw_sql(AssertSqlSafe(statement.clone())).execute(&mut conn).await {
                        Ok(_) => served += 1,
                        Err(error) => failures.push(format!("{statement}: {error}")),
                    }
                    tokio::time::sleep(pause).await;
                }
                assert!(served > 0, "never ran: {statement}");
                failures
            }));
        }
        Self { stop, tasks }
    }

    /// Fails unless every statement succeeded
    async fn served_all(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            assert_eq!(task.await.unwrap(), [""; 0]);
        }
    }
}

/// Reads and writes of the release that knows `t` as it was; a statement that waits for a lock for longer than this fails
const NO_LONG_WAIT: &str = "SET lock_timeout = '1s'";
const OLD_RELEASE: [&str; 3] = [
    "SELECT amount FROM t WHERE id = 7",
    "UPDATE t SET amount = amount + 1 WHERE id = 7",
    "INSERT INTO t (id, amount) SELECT max(id) + 1, 1 FROM t",
];

/// A standby that applies what it gets two seconds later, and without which no COMMIT returns
async fn with_a_slow_synchronous_standby() -> Pair {
    let pair = Pair::start().await;
    pair.exec(TABLE).await;
    pair.exec_on_standby("ALTER SYSTEM SET recovery_min_apply_delay = '2s'").await;
    pair.exec_on_standby("SELECT pg_reload_conf()").await;
    pair.exec("ALTER SYSTEM SET synchronous_standby_names = '*'").await;
    pair.exec("SELECT pg_reload_conf()").await;
    pair.until("SELECT current_setting('synchronous_standby_names') = '*'").await;
    pair.exec("ALTER DATABASE postgres SET synchronous_commit = remote_apply").await;
    pair
}

#[tokio::test(flavor = "multi_thread")]
async fn no_lock_is_held_while_a_standby_confirms() {
    let pair = with_a_slow_synchronous_standby().await;
    let midflight = Program::without_database(&[("1.sql", TYPE_CHANGE)]).with_url(&pair.url());
    let readers = Application::start(&pair.url(), NO_LONG_WAIT, &OLD_RELEASE[..1]).await;
    // Whoever writes holds the table for as long as the standby takes: there have to be moments without.
    let pause = Duration::from_secs(1);
    let writer = Application::at_pace(&pair.url(), NO_LONG_WAIT, &OLD_RELEASE[1..2], pause).await;
    for stage in ["expand", "backfill", "contract"] {
        midflight.ok(&[stage]).await;
        // What a stage says is done survives the primary.
        let seen = Program::without_database(&[("1.sql", TYPE_CHANGE)]).with_url(&pair.standby_url());
        let status = seen.ok(&["status"]).await.stdout;
        let phase = match stage {
            "expand" => "expanded",
            "backfill" => "verified",
            _ => "contracted",
        };
        assert!(status.contains(phase), "{stage}: {status}");
    }
    readers.served_all().await;
    writer.served_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_synchronous_standby_that_is_gone() {
    let mut pair = Pair::start().await;
    pair.exec(TABLE).await;
    pair.exec("ALTER DATABASE postgres SET synchronous_commit = on").await;
    pair.exec("ALTER SYSTEM SET synchronous_standby_names = 'standby1'").await;
    pair.lose_standby();
    pair.exec("SELECT pg_reload_conf()").await;
    pair.until("SELECT current_setting('synchronous_standby_names') = 'standby1'").await;
    let midflight = Program::without_database(&[("1.sql", TYPE_CHANGE)]).with_url(&pair.url());
    let ran = midflight.exits(&["expand"], &[30]).await;
    assert!(ran.stderr.contains("synchronous_standby_names = standby1"), "{}", ran.stderr);
    pair.exec("ALTER SYSTEM SET synchronous_standby_names = ''").await;
    pair.exec("SELECT pg_reload_conf()").await;
    pair.until("SELECT current_setting('synchronous_standby_names') = ''").await;
    for stage in ["expand", "backfill", "contract"] {
        midflight.ok(&[stage]).await;
    }
}

/// A server with the tables of another one, and a subscription to what that publishes
struct Subscriber {
    server: Cluster,
}

impl Subscriber {
    async fn start(publisher: &Cluster, setup: &str, publication: &str) -> Self {
        let server = cluster().await;
        let subscriber = Self { server };
        subscriber.exec(setup).await;
        let dir = publisher.dir().display();
        subscriber
            .exec(&format!(
                "CREATE SUBSCRIPTION s CONNECTION 'host={dir} port=5432 user=postgres dbname=postgres' PUBLICATION {publication}"
            ))
            .await;
        subscriber.until("SELECT bool_and(srsubstate = 'r') FROM pg_subscription_rel").await;
        subscriber
    }

    fn url(&self) -> String {
        self.server.url("postgres")
    }

    async fn exec(&self, sql: &str) {
        let mut conn = PgConnection::connect(&self.url()).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut conn).await.unwrap();
    }

    async fn until(&self, sql: &str) {
        until(&mut PgConnection::connect(&self.url()).await.unwrap(), sql).await;
    }

    /// Waits until a query gives the same here as on the publisher, where nobody writes any more
    async fn agrees(&self, publisher: &str, sql: &str) {
        let wanted: String = scalar(publisher, sql).await;
        self.until(&format!("SELECT ({sql}) = '{wanted}'")).await;
    }
}

async fn cluster() -> Cluster {
    let start = || Cluster::start(&Binaries::find().unwrap(), &ClusterOptions::default()).unwrap();
    tokio::task::spawn_blocking(start).await.unwrap()
}

async fn scalar(url: &str, sql: &str) -> String {
    let mut conn = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut conn).await.unwrap()
}

async fn exec(url: &str, sql: &str) {
    let mut conn = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut conn).await.unwrap();
}

/// What stands between backquotes in a text, where it begins like this
fn quoted(text: &str, begin: &str) -> Vec<String> {
    let parts = text.split('`').skip(1).step_by(2);
    let mut found: Vec<String> = parts.filter(|part| part.starts_with(begin)).map(str::to_owned).collect();
    found.dedup();
    found
}

/// A list of columns keeps midflight's from the subscriber, which needs nothing but the new type
#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_that_midflight_hides_its_columns_from() {
    if Binaries::find().unwrap().major < 15 {
        return;
    }
    let publisher = cluster().await;
    let url = publisher.url("postgres");
    exec(&url, TABLE).await;
    exec(&url, "CREATE PUBLICATION pb FOR TABLE t").await;
    let empty = "CREATE TABLE t (id bigint PRIMARY KEY, amount int NOT NULL, nm text)";
    let subscriber = Subscriber::start(&publisher, empty, "pb").await;
    let midflight = Program::without_database(&[("1.sql", TYPE_CHANGE)]).with_url(&url);
    let application = Application::start(&url, NO_LONG_WAIT, &OLD_RELEASE).await;
    let plan = midflight.ok(&["plan"]).await.stdout;
    assert!(plan.contains("publication pb") && plan.contains("`_midflight_amount bigint`"), "{plan}");
    for statement in quoted(&plan, "ALTER TABLE") {
        subscriber.exec(&statement).await;
    }
    for stage in ["expand", "rollback", "expand", "backfill", "contract"] {
        midflight.ok(&[stage]).await;
    }
    application.served_all().await;
    exec(&url, "INSERT INTO t (id, amount) VALUES (-1, 3000000000)").await;
    subscriber.agrees(&url, "SELECT count(*) || ' ' || sum(amount) FROM t").await;
    let errors = "SELECT (apply_error_count + sync_error_count)::text FROM pg_stat_subscription_stats";
    assert_eq!(scalar(&subscriber.url(), errors).await, "0");
    let listed = "SELECT coalesce(max(prattrs::text), 'all') FROM pg_publication_rel";
    assert_eq!(scalar(&url, listed).await, "all");
}

/// Everything is published: the file has to say that subscribers have what `plan` tells
#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_of_all_tables() {
    let files =
        ["ALTER TABLE t ALTER COLUMN amount TYPE bigint;\n", "ALTER TABLE t RENAME COLUMN nm TO label;\n"];
    let publisher = cluster().await;
    let url = publisher.url("postgres");
    exec(&url, TABLE).await;
    exec(&url, "CREATE PUBLICATION everything FOR ALL TABLES").await;
    let empty = "CREATE TABLE t (id bigint PRIMARY KEY, amount int NOT NULL, nm text)";
    let subscriber = Subscriber::start(&publisher, empty, "everything").await;
    let midflight = Program::without_database(&[("1.sql", files[0]), ("2.sql", files[1])]).with_url(&url);
    let plan = midflight.ok(&["plan"]).await.stdout;
    assert!(plan.contains("`midflight init` there"), "{plan}");
    let ran = midflight.exits(&["expand"], &[23]).await;
    for says in ["publication everything", "_midflight_amount bigint", "allow published-column"] {
        assert!(ran.stderr.contains(says), "`{says}` is missing in {}", ran.stderr);
    }
    assert_eq!(
        scalar(&url, "SELECT count(*)::text FROM pg_namespace WHERE nspname = 'midflight'").await,
        "0"
    );
    Program::without_database(&[]).with_url(&subscriber.url()).ok(&["init"]).await;
    for statement in
        quoted(&plan, "ALTER TABLE").iter().filter(|statement| !statement.contains("DROP COLUMN"))
    {
        subscriber.exec(statement).await;
    }
    for (name, text) in ["1.sql", "2.sql"].into_iter().zip(files) {
        midflight.write(name, &format!("-- midflight: allow published-column because they have it\n{text}"));
    }
    let old =
        [OLD_RELEASE[0], OLD_RELEASE[1], OLD_RELEASE[2], "UPDATE t SET nm = 'm' || id WHERE id % 50 = 3"];
    let application = Application::start(&url, NO_LONG_WAIT, &old).await;
    for stage in ["expand", "backfill"] {
        midflight.ok(&[stage]).await;
    }
    application.served_all().await;
    let new =
        [OLD_RELEASE[0], OLD_RELEASE[1], OLD_RELEASE[2], "UPDATE t SET label = 'l' || id WHERE id % 50 = 3"];
    let application = Application::start(&url, NO_LONG_WAIT, &new).await;
    midflight.ok(&["contract"]).await;
    application.served_all().await;
    exec(&url, "INSERT INTO t (id, amount, label) VALUES (-1, 3000000000, 'x')").await;
    let sums = "SELECT count(*) || ' ' || sum(amount) || md5(string_agg(label, ',' ORDER BY id)) FROM t";
    subscriber.agrees(&url, sums).await;
    if Binaries::find().unwrap().major >= 15 {
        let errors = "SELECT (apply_error_count + sync_error_count)::text FROM pg_stat_subscription_stats";
        assert_eq!(scalar(&subscriber.url(), errors).await, "0");
    }
}

/// A report on a standby is waited for, and who reads there meanwhile waits for nothing
#[tokio::test(flavor = "multi_thread")]
async fn reads_on_a_hot_standby() {
    let pair = Pair::start().await;
    pair.exec(TABLE).await;
    pair.caught_up().await;
    let files = [("1.sql", TYPE_CHANGE), ("2.sql", "ALTER TABLE t RENAME COLUMN nm TO label;\n")];
    let midflight = Program::without_database(&files).with_url(&pair.url());
    let plan = midflight.ok(&["plan"]).await.stdout;
    for says in ["standby standby1", "max_standby_streaming_delay at most (30s here", "40001"] {
        assert!(plan.contains(says), "`{says}` is missing in {plan}");
    }
    midflight.write("midflight.yaml", &format!("standbys: [\"{}\"]\n", pair.standby_url()));
    assert!(!midflight.ok(&["plan"]).await.stdout.contains("max_standby_streaming_delay"));

    let readers = ["SELECT amount FROM t WHERE id = 7", "SELECT count(*) FROM t WHERE id < 100"];
    let at_standby = Application::start(&pair.standby_url(), "SET statement_timeout = '10s'", &readers).await;
    let application = Application::start(&pair.url(), NO_LONG_WAIT, &OLD_RELEASE).await;
    for stage in ["expand", "backfill", "contract"] {
        let mut report = PgConnection::connect(&pair.standby_url()).await.unwrap();
        sqlx::raw_sql("SET application_name = 'report'; BEGIN; SELECT count(*) FROM t")
            .execute(&mut report)
            .await
            .unwrap();
        // Longer than `lock.timeout`.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let running = midflight.begin(&[stage, "-v"]);
        tokio::time::sleep(Duration::from_secs(3)).await;
        sqlx::raw_sql("SELECT count(*) FROM t; COMMIT").execute(&mut report).await.unwrap();
        let ran = running.ends(0).await;
        assert!(ran.stderr.contains("report"), "{stage} did not wait for the report: {}", ran.stderr);
        pair.caught_up().await;
    }
    application.served_all().await;
    at_standby.served_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn standbys_that_are_none() {
    let db = TestDb::create().await;
    db.exec(TABLE).await;
    let midflight = Program::new(&db, &[("1.sql", TYPE_CHANGE)]);
    midflight.write("midflight.yaml", &format!("standbys: [\"{}\"]\n", db.url()));
    let ran = midflight.exits(&["expand"], &[2]).await;
    assert!(ran.stderr.contains("is no standby with database"), "{}", ran.stderr);
    midflight.write("midflight.yaml", "standbys: [\"postgresql://postgres@127.0.0.1:1/x\"]\n");
    let ran = midflight.exits(&["expand"], &[30]).await;
    assert!(ran.stderr.contains("standby 1 of `standbys`"), "{}", ran.stderr);
    assert!(!db.scalar::<bool>("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'midflight')").await);
}

#[tokio::test]
async fn lint_knows_what_is_published() {
    let db = TestDb::create().await;
    db.exec(TABLE).await;
    db.exec("CREATE PUBLICATION \"P b\" FOR TABLE t").await;
    let midflight = Program::new(&db, &[("1.sql", TYPE_CHANGE)]);
    for runner in ["sql", "midflight"] {
        let arguments = ["lint", "--runner", runner, "--fail-on", "warning", "--against", &db.url()];
        let ran = midflight.exits(&arguments, &[3]).await;
        for says in ["published-column", "P b", "_midflight_amount bigint"] {
            assert!(ran.stdout.contains(says), "{runner}: `{says}` is missing in {}", ran.stdout);
        }
    }
}
