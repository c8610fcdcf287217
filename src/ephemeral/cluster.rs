//! One server: start it, know when it is ready, and make sure that it does not outlive us.

use std::{
    env,
    fs::{self, File},
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    os::unix::{
        fs::{MetadataExt, OpenOptionsExt},
        net::UnixStream,
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::{
    fs::OFlags,
    process::{Pid, Signal, kill_process},
};

use super::{Binaries, account::Account, template};

/// How long a server may take to start. A busy machine needs several seconds.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// Number of the socket of a server that does not listen on TCP
const SOCKET_PORT: u16 = 5432;
/// Temporary directories of this module, and nothing else, start like this
const DIR_PREFIX: &str = "midflight-pg-";

/// Small, quick to start, and able to do logical replication and streaming.
/// `mmap` because containers have little shared memory in `/dev/shm`.
const SETTINGS: &[(&str, &str)] = &[
    ("autovacuum", "off"),
    ("checkpoint_timeout", "1h"),
    ("dynamic_shared_memory_type", "mmap"),
    ("hot_standby", "on"),
    ("log_min_messages", "warning"),
    ("logging_collector", "off"),
    ("max_connections", "200"),
    ("max_prepared_transactions", "4"),
    ("max_replication_slots", "4"),
    ("max_wal_senders", "4"),
    ("max_wal_size", "1GB"),
    ("shared_buffers", "32MB"),
    ("timezone", "UTC"),
    ("wal_level", "logical"),
];
/// What a server leaves out that need not survive a crash of the machine
const NO_FSYNC: &[(&str, &str)] =
    &[("fsync", "off"), ("full_page_writes", "off"), ("synchronous_commit", "off")];

/// What a throwaway server should be like. The default is the fastest: a Unix socket and no fsync.
#[derive(Clone, Debug, Default)]
pub struct ClusterOptions {
    /// Listen on a free port of 127.0.0.1 as well. Every user of the machine can then connect, as superuser and
    /// without a password.
    pub tcp: bool,
    /// Write to disk as a real server does. Needed where timings are to mean anything.
    pub fsync: bool,
    /// Server settings, name and value; they win over ours
    pub settings: Vec<(String, String)>,
}

/// A running server of our own. It stops and its directory goes when this is dropped or when the process ends,
/// however it ends.
#[derive(Debug)]
pub struct Cluster {
    server: Server,
    tcp: bool,
}

impl Cluster {
    /// Starts a server and waits until it accepts connections. Also removes what is left of earlier servers whose
    /// watchdog was killed too.
    ///
    /// # Errors
    /// When we are root and there is no account for the server, when `initdb` or the server fails (the message
    /// has the end of its log), or when the server is not ready within 60 seconds.
    pub fn start(binaries: &Binaries, options: &ClusterOptions) -> Result<Self> {
        Ok(Self { server: Server::start(binaries, options, 0)?, tcp: options.tcp })
    }

    /// URL of a database on this server, through its Unix socket. The database need not exist; `postgres` does.
    pub fn url(&self, database: &str) -> String {
        super::socket_url(&self.server.dir, self.server.port, database)
    }

    /// The same as another role, which has to exist by the time that somebody connects.
    pub fn url_as(&self, role: &str, database: &str) -> String {
        super::socket_url_as(role, &self.server.dir, self.server.port, database)
    }

    /// Where the server listens if [`ClusterOptions::tcp`] was set. The user is `postgres`, without a password.
    pub fn tcp_address(&self) -> Option<SocketAddr> {
        self.tcp.then(|| SocketAddr::from((Ipv4Addr::LOCALHOST, self.server.port)))
    }

    /// Temporary directory of the server: its socket, `data` and `log`
    pub fn dir(&self) -> &Path {
        &self.server.dir
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        quit(&mut self.server.postmaster);
        self.server.users = None; // the watchdog removes the directory now
        let _ = self.server.watchdog.wait();
        let _ = fs::remove_dir_all(&self.server.dir); // in case somebody killed the watchdog
    }
}

/// A server and its watchdog. It ends `linger` seconds after the last process let go of `users`.
#[derive(Debug)]
pub(super) struct Server {
    pub dir: PathBuf,
    port: u16,
    postmaster: Child,
    watchdog: Child,
    /// Write end of the pipe the watchdog reads
    pub users: Option<File>,
}

impl Server {
    pub fn start(binaries: &Binaries, options: &ClusterOptions, linger: u32) -> Result<Self> {
        let account = Account::for_server()?;
        let base = temp_base(&account);
        sweep(&base, &account);
        let dir = tempfile::Builder::new()
            .prefix(DIR_PREFIX)
            .tempdir_in(&base)
            .with_context(|| format!("cannot create a directory in {}", base.display()))?;
        let (watchdog, mut users) =
            start_watchdog(dir.path(), linger).context("cannot start the watchdog shell")?;
        // From here on the watchdog cleans up; on an error it does so as soon as `users` is dropped.
        let dir = dir.keep();
        account.own(&dir)?;
        template::create_data(binaries, &account, &dir.join("data"))?;
        let (postmaster, port) = start_postmaster(binaries, &account, options, &dir, &mut users)
            .with_context(|| format!("PostgreSQL {} from {}", binaries.version, binaries.dir.display()))?;
        Ok(Self { dir, port, postmaster, watchdog, users: Some(users) })
    }
}

/// Joins a server that other processes use; the handle keeps it alive. `None` when it is gone or going.
pub(super) fn join(dir: &Path) -> Option<File> {
    let account = Account::for_server().ok()?;
    if fs::symlink_metadata(dir).ok()?.uid() != account.uid {
        return None; // the name was taken over by somebody else
    }
    let pipe = dir.join("users");
    let mut users = open_users(&pipe).ok()?;
    users.write_all(b"user\n").ok()?;
    // The watchdog removes the pipe before it looks for users one last time: if it is still there, we were seen.
    (pipe.exists() && UnixStream::connect(socket(dir)).is_ok()).then_some(users)
}

/// URL of a database of a shared server, which never listens on TCP
pub(super) fn shared_url(dir: &Path, database: &str) -> String {
    super::socket_url(dir, SOCKET_PORT, database)
}

/// The pipe's write end; fails when no watchdog reads it
fn open_users(pipe: &Path) -> io::Result<File> {
    // As root do not follow a link the server's account may have put there.
    let flags = OFlags::NONBLOCK | OFlags::NOFOLLOW;
    File::options().write(true).custom_flags(flags.bits().cast_signed()).open(pipe)
}

fn socket(dir: &Path) -> PathBuf {
    dir.join(format!(".s.PGSQL.{SOCKET_PORT}"))
}

/// Starts the shell that outlives us. It has a process group of its own, so ^C does not reach it.
fn start_watchdog(dir: &Path, linger: u32) -> io::Result<(Child, File)> {
    let pipe = dir.join("users");
    if !Command::new("mkfifo").args(["-m", "600"]).arg(&pipe).status()?.success() {
        return Err(io::Error::other("mkfifo failed"));
    }
    // Opening one end waits for the other, unless one handle is both.
    let both = File::options().read(true).write(true).open(&pipe)?;
    let read = File::open(&pipe)?;
    let users = File::options().write(true).open(&pipe)?;
    drop(both);
    let watchdog = Command::new("/bin/sh")
        .args(["-c", include_str!("watchdog.sh"), "midflight-watchdog"])
        .arg(dir)
        .arg(linger.to_string())
        .current_dir("/")
        .stdin(read)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    Ok((watchdog, users))
}

fn start_postmaster(
    binaries: &Binaries,
    account: &Account,
    options: &ClusterOptions,
    dir: &Path,
    users: &mut File,
) -> Result<(Child, u16)> {
    let mut attempt = 1;
    loop {
        let port = if options.tcp { free_port()? } else { SOCKET_PORT };
        let mut postmaster = spawn_postmaster(binaries, account, options, dir, port)?;
        users.write_all(format!("pid {}\n", postmaster.id()).as_bytes())?;
        let Err(error) = wait_until_ready(&mut postmaster, &dir.join("data")) else {
            return Ok((postmaster, port));
        };
        quit(&mut postmaster);
        let log = fs::read_to_string(dir.join("log")).unwrap_or_default();
        // Somebody else took the port between our look and the server's.
        if options.tcp && attempt < 5 && log.contains("Address already in use") {
            attempt += 1;
            continue;
        }
        let lines: Vec<&str> = log.lines().collect();
        return Err(error
            .context(format!("the log ends with:\n{}", lines[lines.len().saturating_sub(20)..].join("\n"))));
    }
}

fn spawn_postmaster(
    binaries: &Binaries,
    account: &Account,
    options: &ClusterOptions,
    dir: &Path,
    port: u16,
) -> Result<Child> {
    let log = File::create(dir.join("log"))?;
    // Not through pg_ctl, which looks at the server ten times a second only.
    let mut command = account.command(&binaries.dir.join("postgres"));
    command.arg("-D").arg(dir.join("data")).arg("-k").arg(dir).args(["-p", &port.to_string()]);
    let listen = [("listen_addresses", if options.tcp { "127.0.0.1" } else { "" })];
    let no_fsync = if options.fsync { &[] } else { NO_FSYNC };
    let ours = SETTINGS.iter().chain(no_fsync).chain(&listen).copied();
    for (name, value) in ours.chain(options.settings.iter().map(|(name, value)| (&**name, &**value))) {
        command.arg("-c").arg(format!("{name}={value}"));
    }
    // Its own process group: ^C must leave it to us, who still have to clean up.
    account.spawn(command.stdout(log.try_clone()?).stderr(log).process_group(0))
}

/// The server writes its state to line 8 of `postmaster.pid`; reading that is cheaper than connecting
fn wait_until_ready(postmaster: &mut Child, data: &Path) -> Result<()> {
    let begun = Instant::now();
    loop {
        let state = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
        if state.lines().nth(7).is_some_and(|line| line.trim() == "ready") {
            return Ok(());
        }
        if let Some(status) = postmaster.try_wait()? {
            bail!("the server ended while starting ({status})");
        }
        if begun.elapsed() > START_TIMEOUT {
            bail!("the server was not ready after {} s", START_TIMEOUT.as_secs());
        }
        sleep(Duration::from_millis(3));
    }
}

/// Ends the server at once; nobody wants its data. The signal is repeated because a server that is just starting
/// may not listen to it yet.
fn quit(postmaster: &mut Child) {
    for tick in 0..2_000 {
        if !matches!(postmaster.try_wait(), Ok(None)) {
            return;
        }
        if tick % 50 == 0 {
            let _ = kill_process(Pid::from_child(postmaster), Signal::QUIT);
        }
        sleep(Duration::from_millis(5));
    }
    let _ = postmaster.kill();
    let _ = postmaster.wait();
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// The directory for temporary directories, or `/tmp` where a socket's path would get too long for the system
/// (104 bytes on macOS) or the server's account cannot get in
pub(super) fn temp_base(account: &Account) -> PathBuf {
    let base = env::temp_dir();
    let reachable = !account.is_stand_in()
        || base.ancestors().all(|dir| fs::metadata(dir).is_ok_and(|meta| meta.mode() & 0o001 != 0));
    if base.is_absolute() && reachable && base.as_os_str().len() <= 60 { base } else { "/tmp".into() }
}

/// Removes directories of servers that ended without their watchdog. Younger than a minute means it may be just
/// being made.
fn sweep(base: &Path, account: &Account) {
    let ours = [account.uid, rustix::process::geteuid().as_raw()];
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let Ok(meta) = entry.metadata() else { continue };
        let old = meta.modified().is_ok_and(|at| at.elapsed().is_ok_and(|age| age > Duration::from_secs(60)));
        let named = entry.file_name().to_string_lossy().starts_with(DIR_PREFIX);
        if named && meta.is_dir() && old && ours.contains(&meta.uid()) && is_dead(&entry.path()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether neither a watchdog nor a server is left in this directory
fn is_dead(dir: &Path) -> bool {
    let serving = || {
        let pid_file = fs::read_to_string(dir.join("data/postmaster.pid")).unwrap_or_default();
        let pid = pid_file.lines().next().and_then(|line| Pid::from_raw(line.parse().ok()?));
        pid.is_some_and(|pid| rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
    };
    open_users(&dir.join("users")).is_err() && !serving()
}
