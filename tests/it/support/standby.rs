//! A server of a test's own with a real standby

use std::{
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use midflight::ephemeral::{Binaries, Cluster, ClusterOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

const PORT: u16 = 5433;

/// A primary and a standby that streams from it
pub struct Pair {
    pub primary: Cluster,
    standby: Child,
}

impl Pair {
    /// Starts both, and waits until the standby streams
    pub async fn start() -> Self {
        let start = || Cluster::start(&Binaries::find().unwrap(), &ClusterOptions::default()).unwrap();
        let primary = tokio::task::spawn_blocking(start).await.unwrap();
        back_up(&primary).await;
        let standby = start_standby(primary.dir());
        let pair = Self { primary, standby };
        pair.until("SELECT count(*) = 1 FROM pg_stat_replication WHERE replay_lsn IS NOT NULL").await;
        pair
    }

    /// URL of the primary
    pub fn url(&self) -> String {
        self.primary.url("postgres")
    }

    /// URL of the standby
    pub fn standby_url(&self) -> String {
        let dir = self.primary.dir().display().to_string().replace('/', "%2F");
        format!("postgresql://postgres@localhost:{PORT}/postgres?host={dir}&sslmode=disable")
    }

    /// Waits until the standby has all that the primary wrote
    pub async fn caught_up(&self) {
        self.until("SELECT bool_and(replay_lsn >= pg_current_wal_lsn()) FROM pg_stat_replication").await;
    }

    /// Runs statements on the primary
    pub async fn exec(&self, sql: &str) {
        run(&self.url(), sql).await.unwrap();
    }

    /// Runs statements on the standby
    pub async fn exec_on_standby(&self, sql: &str) {
        run(&self.standby_url(), sql).await.unwrap();
    }

    /// Makes the standby a server of its own, which lacks what the primary has committed since `lagging` began.
    pub async fn fail_over(&self, lagging: impl Future<Output = ()>) {
        self.exec_on_standby("ALTER SYSTEM SET primary_conninfo = ''").await;
        self.exec_on_standby("SELECT pg_reload_conf()").await;
        self.until("SELECT count(*) = 0 FROM pg_stat_replication").await;
        lagging.await;
        self.exec_on_standby("SELECT pg_promote()").await;
    }

    /// Ends the standby at once
    pub fn lose_standby(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.standby);
        rustix::process::kill_process(pid, rustix::process::Signal::QUIT).unwrap();
        self.standby.wait().unwrap();
    }

    /// Waits until a query on the primary gives true
    pub async fn until(&self, sql: &str) {
        let mut conn = PgConnection::connect(&self.url()).await.unwrap();
        super::database::until(&mut conn, sql).await;
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        let _ = self.standby.kill();
        let _ = self.standby.wait();
    }
}

async fn run(url: &str, sql: &str) -> Result<(), sqlx::Error> {
    let mut conn = PgConnection::connect(url).await?;
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut conn).await.map(drop)
}

/// Copies the primary's files. Packages of server programs don't always have `pg_basebackup`.
async fn back_up(primary: &Cluster) {
    let mut conn = PgConnection::connect(&primary.url("postgres")).await.unwrap();
    let old = conn.server_version_num().unwrap() < 150_000;
    let (begin, end) = match old {
        true => (
            "SELECT pg_start_backup('test', true, false)",
            "SELECT labelfile FROM pg_stop_backup(false, false)",
        ),
        false => ("SELECT pg_backup_start('test', true)", "SELECT labelfile FROM pg_backup_stop(false)"),
    };
    sqlx::raw_sql(begin).execute(&mut conn).await.unwrap();
    let (from, to) = (primary.dir().join("data"), primary.dir().join("standby"));
    let copy = as_server("cp".as_ref(), primary.dir()).arg("-a").args([&from, &to]).status().unwrap();
    assert!(copy.success());
    let label: String = sqlx::query_scalar(end).fetch_one(&mut conn).await.unwrap();
    std::fs::remove_file(to.join("postmaster.pid")).unwrap();
    let owner = std::fs::metadata(primary.dir()).unwrap();
    let follow = format!(
        "primary_conninfo = 'host={} port=5432 user=postgres application_name=standby1'",
        primary.dir().display()
    );
    for (name, text) in
        [("backup_label", label.as_str()), ("standby.signal", ""), ("postgresql.auto.conf", &follow)]
    {
        std::fs::write(to.join(name), text).unwrap();
        chown(to.join(name), Some(owner.uid()), Some(owner.gid())).unwrap();
    }
}

fn start_standby(dir: &Path) -> Child {
    let binaries = Binaries::find().unwrap();
    let data = dir.join("standby");
    let mut standby = as_server(&binaries.dir.join("postgres"), dir);
    standby.arg("-D").arg(&data).arg("-k").arg(dir).args(["-p", &PORT.to_string()]);
    for setting in [
        "listen_addresses=",
        "hot_standby=on",
        "max_connections=200",
        "max_prepared_transactions=4",
        "max_wal_senders=4",
        "wal_level=logical",
        "shared_buffers=32MB",
        "dynamic_shared_memory_type=mmap",
        "fsync=off",
    ] {
        standby.args(["-c", setting]);
    }
    let log = std::fs::File::create(dir.join("standby.log")).unwrap();
    standby.stdout(Stdio::null()).stderr(log).spawn().unwrap()
}

/// A command that runs as whoever the server runs as
pub fn as_server(program: &Path, dir: &Path) -> Command {
    let mut command = Command::new::<PathBuf>(program.into());
    let owner = std::fs::metadata(dir).unwrap();
    if rustix::process::geteuid().is_root() {
        command.uid(owner.uid()).gid(owner.gid());
    }
    command.current_dir("/").env("LC_ALL", "C").stdin(Stdio::null());
    command
}
