//! PgBouncer in transaction mode before a server of a test's own

use std::process::{Child, Stdio};

use midflight::ephemeral::{Binaries, Cluster, ClusterOptions};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

/// Server processes that all clients share
pub const SERVERS: usize = 3;
const PORT: u16 = 6432;

/// The server and the pooler
pub struct Pooled {
    cluster: Cluster,
    pooler: Child,
}

impl Pooled {
    /// Starts both. `None`, and a line that says so, where PgBouncer is not installed.
    pub async fn start() -> Option<Self> {
        let pooled = tokio::task::spawn_blocking(start).await.unwrap()?;
        for _ in 0..100 {
            if connect(&pooled.url()).await.is_ok() {
                return Some(pooled);
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!(
            "PgBouncer doesn't answer: {}",
            std::fs::read_to_string(pooled.cluster.dir().join("pgbouncer.log")).unwrap()
        );
    }

    /// URL through the pooler
    pub fn url(&self) -> String {
        self.direct_url().replace(":5432/", &format!(":{PORT}/"))
    }

    /// URL past it
    pub fn direct_url(&self) -> String {
        self.cluster.url("postgres")
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        let _ = self.pooler.kill();
        let _ = self.pooler.wait();
    }
}

/// A client that sends no parameter which PgBouncer doesn't know
pub async fn connect(url: &str) -> Result<PgConnection, sqlx::Error> {
    PgConnection::connect_with(&url.parse::<PgConnectOptions>()?.extra_float_digits(None)).await
}

fn start() -> Option<Pooled> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    let Some(program) = folders.map(|folder| folder.join("pgbouncer")).find(|program| program.exists())
    else {
        println!("SKIPPED: pgbouncer is not installed");
        return None;
    };
    let cluster = Cluster::start(&Binaries::find().unwrap(), &ClusterOptions::default()).unwrap();
    let dir = cluster.dir().display().to_string();
    let file = |name: &str, text: &str| {
        let path = cluster.dir().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let users = file("users.txt", "\"postgres\" \"\"\n");
    // Everything else as it comes: nothing is ignored that PgBouncer doesn't know.
    let settings = file(
        "pgbouncer.ini",
        &format!(
            "[databases]\n* = host={dir} port=5432\n[pgbouncer]\npool_mode = transaction\ndefault_pool_size = {SERVERS}\n\
             listen_port = {PORT}\nunix_socket_dir = {dir}\nauth_type = trust\nauth_file = {}\n",
            users.display()
        ),
    );
    let mut command = super::standby::as_server(&program, cluster.dir());
    let log = std::fs::File::create(cluster.dir().join("pgbouncer.log")).unwrap();
    let pooler = command.arg(settings).stdout(Stdio::null()).stderr(log).spawn().unwrap();
    Some(Pooled { cluster, pooler })
}
