//! Throwaway servers: they start, they are shared, and above all they go

use std::{
    env,
    fs::{self, File, Permissions},
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant, SystemTime},
};

use midflight::ephemeral::{Binaries, Cluster, ClusterOptions, shared};
use rustix::process::{Pid, test_kill_process};
use sqlx::{Connection, PgConnection};

use crate::support::database::TestDb;

#[tokio::test]
async fn databases_of_tests_are_separate() {
    let (one, two) = (TestDb::create().await, TestDb::create().await);
    assert_ne!(one.url(), two.url());
    one.exec("CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2)").await;
    assert_eq!(one.scalar::<i64>("SELECT count(*) FROM t").await, 2);
    assert!(!two.scalar::<bool>("SELECT to_regclass('t') IS NOT NULL").await);
}

#[tokio::test]
async fn a_server_stops_when_dropped() {
    let Some(cluster) = start(&ClusterOptions::default()) else { return };
    assert_eq!(show(&cluster.url("postgres"), "fsync").await, "off");
    assert_eq!(show(&cluster.url("postgres"), "listen_addresses").await, "");
    assert_eq!(cluster.tcp_address(), None);
    let dir = cluster.dir().to_owned();
    let pid = postmaster(&dir);
    drop(cluster);
    assert!(!dir.exists());
    assert!(!is_running(pid));
}

#[tokio::test]
async fn options_reach_the_server() {
    let settings =
        vec![("log_statement".to_owned(), "all".to_owned()), ("wal_level".to_owned(), "replica".to_owned())];
    let Some(cluster) = start(&ClusterOptions { tcp: true, fsync: true, settings }) else { return };
    let url = format!("postgresql://postgres@{}/postgres?sslmode=disable", cluster.tcp_address().unwrap());
    assert_eq!(show(&url, "fsync").await, "on");
    assert_eq!(show(&url, "log_statement").await, "all");
    assert_eq!(show(&url, "wal_level").await, "replica", "the caller's setting wins");
    assert_eq!(show(&cluster.url("postgres"), "listen_addresses").await, "127.0.0.1");
}

#[test]
fn a_failed_start_shows_the_log_and_leaves_nothing() {
    let Some(_) = binaries() else { return };
    let parent = TempParent::new("broken"); // checks at the end that it is empty
    let stderr = stderr_of_failure(&mut parent.command("broken"));
    assert!(stderr.contains("invalid value for parameter \"shared_buffers\""), "{stderr}");
}

#[test]
fn a_server_goes_when_its_owner_is_killed() {
    let Some(_) = binaries() else { return };
    let parent = TempParent::new("50%25 é"); // a URL that is not encoded would not survive this
    let mut child = parent.spawn("cluster");
    assert!(child.dir.starts_with(&parent.0));
    let pid = postmaster(&child.dir);
    assert!(is_running(pid));
    child.kill();
    wait_until("the server is gone", || !is_running(pid) && !child.dir.exists());
}

#[test]
fn a_server_goes_when_its_owner_is_killed_while_starting_it() {
    let Some(_) = binaries() else { return };
    let parent = TempParent::new("early");
    for delay in [20, 60, 100, 200] {
        let mut child = parent.command("cluster").spawn().unwrap();
        sleep(Duration::from_millis(delay));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    // Killed before it could start its watchdog it leaves an empty directory at most; the next start sweeps that.
    wait_until("nothing of a server is left", || parent.servers() == 0);
}

#[test]
fn leftovers_of_earlier_servers_are_removed() {
    let Some(_) = binaries() else { return };
    let parent = TempParent::new("sweep");
    let leftover = |name: &str, pid: u32, age: u64| {
        let dir = parent.0.join(name);
        fs::create_dir_all(dir.join("data")).unwrap();
        fs::write(dir.join("data/postmaster.pid"), format!("{pid}\n")).unwrap();
        File::open(&dir).unwrap().set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
        dir
    };
    let mut ended = Command::new("true").spawn().unwrap();
    ended.wait().unwrap();
    let dead = leftover("midflight-pg-dead", ended.id(), 100);
    let spared = [
        leftover("midflight-pg-young", ended.id(), 0),
        leftover("midflight-pg-running", process::id(), 100),
        leftover("other-pg-dead", ended.id(), 100),
    ];
    drop(parent.spawn("cluster"));
    assert!(!dead.exists());
    for dir in spared {
        assert!(dir.exists(), "{}", dir.display());
        fs::remove_dir_all(dir).unwrap();
    }
}

#[test]
fn processes_share_a_server_until_the_last_one_goes() {
    let Some(_) = binaries() else { return };
    let parent = TempParent::new("shared");
    let spawn = || parent.spawn("shared");
    let (mut one, mut two) = (spawn(), spawn());
    assert_eq!(one.url, two.url);
    let pid = postmaster(&one.dir);
    one.kill(); // the one that started it
    sleep(Duration::from_secs(4)); // longer than an unused server stays
    assert!(is_running(pid));
    assert_eq!(spawn().url, two.url, "a newcomer joins");
    two.kill();
    let next = spawn();
    assert_eq!(next.url, two.url, "the server waits for the next test");
    drop(next);
    let begun = Instant::now();
    wait_until("the server is gone", || !is_running(pid) && !two.dir.exists());
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    assert_ne!(spawn().url, two.url, "and a new one can start");
}

#[test]
fn a_race_for_the_first_start_has_one_winner() {
    let Some(_) = binaries() else { return };
    let parent = TempParent::new("race");
    let children: Vec<Child> = (0..5).map(|_| parent.command("shared").spawn().unwrap()).collect();
    let children: Vec<Owner> = children.into_iter().map(Owner::from).collect();
    assert!(children.iter().all(|child| child.url == children[0].url));
}

#[test]
fn an_explicit_directory_without_a_server_is_an_error() {
    let empty = tempfile::tempdir().unwrap();
    let stderr = stderr_of_failure(child_command("find").env("PG_BIN_DIR", empty.path()));
    for part in ["PG_BIN_DIR is", &empty.path().display().to_string(), "scripts/ensure-postgres"] {
        assert!(stderr.contains(part), "`{part}` is not in: {stderr}");
    }
}

/// Not a test: what the tests above run as another process. It owns what it is asked for until it is killed.
#[test]
#[ignore = "the other tests run it"]
fn child() {
    let Ok(role) = env::var("MIDFLIGHT_TEST_CHILD") else { return };
    let hold = |url: &str| {
        println!("\nurl: {url}");
        sleep(Duration::from_secs(120));
    };
    match role.as_str() {
        "cluster" => hold(&start(&ClusterOptions::default()).unwrap().url("postgres")),
        "shared" => hold(shared(Path::new("/some/project")).unwrap().admin_url()),
        "find" => panic!("{:#}", Binaries::find().unwrap_err()),
        _ => {
            let settings = vec![("shared_buffers".to_owned(), "nonsense".to_owned())];
            start(&ClusterOptions { settings, ..Default::default() });
        }
    }
}

fn child_command(role: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "ephemeral::child", "--ignored", "--nocapture"]);
    command.env("MIDFLIGHT_TEST_CHILD", role).env_remove("DATABASE_URL").stdout(Stdio::piped());
    command
}

fn stderr_of_failure(command: &mut Command) -> String {
    let output = command.stderr(Stdio::piped()).output().unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

/// A process with a server
struct Owner {
    process: Child,
    url: String,
    dir: PathBuf,
}

impl From<Child> for Owner {
    fn from(mut process: Child) -> Self {
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = lines.map_while(Result::ok).find_map(|line| Some(line.strip_prefix("url: ")?.to_owned()));
        let url = url.expect("the child printed no URL");
        let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
        let dir = options.get_socket().unwrap().to_owned();
        assert!(dir.join(".s.PGSQL.5432").exists(), "{}", dir.display());
        Self { process, url, dir }
    }
}

impl Owner {
    /// With a signal no process can handle
    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A directory for the temporary directories of children. At the end no server may be left in it.
struct TempParent(PathBuf);

impl TempParent {
    fn new(name: &str) -> Self {
        let dir = Path::new("/tmp").join(format!("mf{}-{name}", process::id()));
        fs::create_dir(&dir).unwrap();
        fs::set_permissions(&dir, Permissions::from_mode(0o755)).unwrap();
        Self(dir)
    }

    /// How many directories hold the data of a server
    fn servers(&self) -> usize {
        let paths = fs::read_dir(&self.0).unwrap().flatten().map(|entry| entry.path());
        paths.filter(|path| path.join("data").exists()).count()
    }

    fn command(&self, role: &str) -> Command {
        let mut command = child_command(role);
        command.env("TMPDIR", &self.0);
        command
    }

    fn spawn(&self, role: &str) -> Owner {
        self.command(role).spawn().unwrap().into()
    }
}

impl Drop for TempParent {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            wait_until("servers are gone", || self.servers() == 0);
        }
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The server programs. With `DATABASE_URL` set a machine may do without them, and then without these tests.
fn binaries() -> Option<Binaries> {
    match Binaries::find() {
        Ok(binaries) => Some(binaries),
        Err(error) => {
            assert!(env::var_os("DATABASE_URL").is_some(), "{error:#}");
            eprintln!("not tested: {error:#}");
            None
        }
    }
}

fn start(options: &ClusterOptions) -> Option<Cluster> {
    let binaries = binaries()?;
    Some(Cluster::start(&binaries, options).unwrap_or_else(|error| panic!("{error:#}")))
}

async fn show(url: &str, setting: &str) -> String {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar("SELECT current_setting($1)").bind(setting).fetch_one(&mut connection).await.unwrap()
}

fn postmaster(dir: &Path) -> Pid {
    let pid_file = fs::read_to_string(dir.join("data/postmaster.pid")).unwrap();
    Pid::from_raw(pid_file.lines().next().unwrap().parse().unwrap()).unwrap()
}

/// Not counting zombies: where nothing reaps orphans, a dead server stays one
fn is_running(pid: Pid) -> bool {
    let zombie = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()))
        .is_ok_and(|stat| stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z')));
    !zombie && test_kill_process(pid).is_ok()
}

fn wait_until(what: &str, done: impl Fn() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(20), "after 20 s still not: {what}");
        sleep(Duration::from_millis(20));
    }
}
