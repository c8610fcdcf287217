//! A server of a test's own with a real standby

use std::{
    os::unix::{fs::MetadataExt, process::CommandExt},
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
        let (primary, standby) = tokio::task::spawn_blocking(start).await.unwrap();
        let pair = Self { primary, standby };
        pair.until("SELECT count(*) = 1 FROM pg_stat_replication WHERE replay_lsn IS NOT NULL").await;
        pair
    }

    /// URL of the primary
    pub fn url(&self) -> String {
        self.primary.url("postgres")
    }

    /// Runs statements on the primary
    pub async fn exec(&self, sql: &str) {
        run(&self.url(), sql).await.unwrap();
    }

    /// Runs statements on the standby
    pub async fn exec_on_standby(&self, sql: &str) {
        let dir = self.primary.dir().display().to_string().replace('/', "%2F");
        run(&format!("postgresql://postgres@localhost:{PORT}/postgres?host={dir}&sslmode=disable"), sql)
            .await
            .unwrap();
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

fn start() -> (Cluster, Child) {
    let binaries = Binaries::find().unwrap();
    let primary = Cluster::start(&binaries, &ClusterOptions::default()).unwrap();
    let data = primary.dir().join("standby");
    let mut backup = as_server(&binaries.dir.join("pg_basebackup"), primary.dir());
    backup.args([
        "-h".as_ref(),
        primary.dir(),
        "-p".as_ref(),
        "5432".as_ref(),
        "-U".as_ref(),
        "postgres".as_ref(),
    ]);
    backup.arg("-D").arg(&data).args(["-c", "fast", "-X", "stream", "-R", "--no-sync"]);
    let output = backup.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut standby = as_server(&binaries.dir.join("postgres"), primary.dir());
    standby.arg("-D").arg(&data).arg("-k").arg(primary.dir()).args(["-p", &PORT.to_string()]);
    for setting in [
        "listen_addresses=",
        "hot_standby=on",
        "max_connections=200",
        "max_prepared_transactions=4",
        "max_wal_senders=4",
        "wal_level=logical",
        "shared_buffers=32MB",
        "dynamic_shared_memory_type=mmap",
        "cluster_name=standby1",
        "fsync=off",
    ] {
        standby.args(["-c", setting]);
    }
    let standby = standby.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    (primary, standby)
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
