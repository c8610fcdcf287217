//! One server for all processes of a test run, whatever starts them: `cargo test`, nextest's process per test, an IDE.
//!
//! A state directory per user, server version and project holds `start.lock`, taken only while a process decides
//! whether to start a server, and `cluster`, the directory of the last one started. Who uses the server holds the
//! write end of its pipe until the process ends. When the kernel has closed the last of them, the watchdog waits a
//! few seconds for the next test and then ends the server. There is no count and no list of users that a killed
//! process could leave wrong.

use std::{
    env,
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::{
    Binaries, ClusterOptions,
    account::Account,
    cluster::{Server, join, shared_url, temp_base},
    fingerprint, is_ours_alone, with_database,
};

/// Seconds a server waits for its next user
const LINGER: u32 = 3;

/// A server used together with other processes. Keep it for as long as the server is needed: until the process
/// ends, in tests.
#[derive(Debug)]
pub struct SharedServer {
    url: String,
    /// Held open, never written: what keeps a server of ours alive
    _users: Option<File>,
}

impl SharedServer {
    /// URL of a database that exists, from which others can be created
    pub fn admin_url(&self) -> &str {
        &self.url
    }

    /// URL of another database on the same server
    pub fn url(&self, database: &str) -> String {
        with_database(&self.url, database)
    }
}

/// The server of `$DATABASE_URL` if that is set; else the throwaway server that all processes of this user share
/// for the same `project` directory, started now if there is none. It ends a few seconds after its last user.
///
/// # Errors
/// When no server programs are found, when the server does not start, or when somebody else owns the directory
/// in which the processes find each other.
pub fn shared(project: &Path) -> Result<SharedServer> {
    if let Ok(url) = env::var("DATABASE_URL")
        && !url.is_empty()
    {
        return Ok(SharedServer { url, _users: None });
    }
    let binaries = Binaries::find()?;
    let state = state_dir(project, &binaries)?;
    let start = File::options().create(true).truncate(false).write(true).open(state.join("start.lock"))?;
    start.lock().context("cannot lock start.lock")?;
    let pointer = state.join("cluster");
    let running = fs::read_to_string(&pointer).ok().map(PathBuf::from);
    let (dir, users) = match running.and_then(|dir| Some((join(&dir)?, dir))) {
        Some((users, dir)) => (dir, Some(users)),
        None => {
            let server = Server::start(&binaries, &ClusterOptions::default(), LINGER)?;
            fs::write(&pointer, server.dir.as_os_str().as_encoded_bytes())?;
            (server.dir, server.users)
        }
    };
    Ok(SharedServer { url: shared_url(&dir, "postgres"), _users: users })
}

/// A directory that only we can write to, the same for every process that should share a server
fn state_dir(project: &Path, binaries: &Binaries) -> Result<PathBuf> {
    let parts = [
        project.as_os_str().as_encoded_bytes(),
        binaries.version.as_bytes(),
        binaries.dir.as_os_str().as_encoded_bytes(),
    ];
    let uid = rustix::process::geteuid().as_raw();
    let base = temp_base(&Account::for_server()?);
    let dir = base.join(format!("midflight-shared-{uid}-{}", fingerprint(&parts)));
    match DirBuilder::new().mode(0o700).create(&dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(error).with_context(|| format!("cannot create {}", dir.display()))
        }
        _ if is_ours_alone(&dir) => Ok(dir),
        _ => bail!(
            "{} belongs to somebody else; remove it, or set DATABASE_URL to a running server",
            dir.display()
        ),
    }
}
