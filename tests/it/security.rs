//! Names that are code elsewhere, functions under a foreign search_path, passwords, and whom a connection trusts

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use midflight::ephemeral::{Binaries, Cluster, ClusterOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::support::database::{TestDb, until};
use super::support::example::Example;
use super::support::program::{Program, Ran};
use super::support::release::{Release, once};

/// An id and its file, beside tables, columns, indexes and constraints that are no better
#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_everywhere() {
    const ID: &str = "0001 it's \"x\"; DROP TABLE b; -- $1 {} %s \\";
    let example = Example::read("tables/hostile_names");
    let db = TestDb::create().await;
    db.exec(&example.before).await;
    let midflight = Program::new(&db, &[(&format!("{ID}.sql"), &example.migration)]);
    midflight.exits(&["lint", "--format", "sarif"], &[0, 3]).await;
    midflight.ok(&["plan", ID]).await;
    let stages = [
        &["expand", ID, "--release", "1'; --"][..],
        &["rollback", ID],
        &["expand", ID, "--release", "1'; --"],
        &["backfill", ID],
        &["pause", ID],
        &["resume", ID],
        &["verify", ID],
    ];
    for stage in stages {
        let old = Release::start(&db, "N", &example.old_release).await;
        midflight.ok(stage).await;
        old.stop(stage[0]).await;
        if stage[0] != "rollback" {
            once(&mut db.connect().await, "N+1", &example.new_release).await;
        }
    }
    let new = Release::start(&db, "N+1", &example.new_release).await;
    midflight.ok(&["contract", ID, "--release", "2\"; --"]).await;
    new.stop("contract").await;
    for table in ["migrations", "events", "steps"] {
        let column = if table == "migrations" { "id" } else { "migration_id" };
        let ids: Vec<String> = vec![db.scalar(&format!("SELECT max({column}) FROM midflight.{table}")).await];
        assert_eq!(ids, [ID]);
    }
    assert!(db.scalar::<bool>("SELECT to_regclass('b') IS NOT NULL").await);
}

/// Every function that midflight makes means the same under any search_path
#[tokio::test]
async fn functions_are_pinned() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE t (id int PRIMARY KEY, name text, a int, b numeric); INSERT INTO t SELECT n, 'x y', n, n FROM generate_series(1, 9) n").await;
    let split = "operations:
  - change_type: {table: t, column: a, type: bigint}
  - change_type: {table: t, column: b, type: text, up: 'b::text', down: 'b::numeric'}
  - transform_columns: {table: t, from: [name], to: [{name: first, type: text}], up: {first: \"split_part(name, ' ', 1)\"}, down: {name: first}}
";
    Program::new(&db, &[("1.yaml", split)]).ok(&["expand"]).await;
    let mut conn = db.connect().await;
    let functions: Vec<(String, bool, bool, bool, String)> = sqlx::query_as(
        "SELECT p.proname::text, p.prosqlbody IS NOT NULL, coalesce(array_to_string(p.proconfig, ',') LIKE 'search_path=pg_catalog%', false), p.prosecdef, p.prosrc
         FROM pg_proc p WHERE p.pronamespace = 'midflight'::regnamespace",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    assert!(functions.len() > 10, "{functions:?}");
    for (name, resolved, fixed, definer, source) in functions {
        assert!(!definer || fixed, "{name} runs as its owner with the caller's search_path");
        if !resolved && !fixed {
            assert_eq!(unqualified(&source), [""; 0], "{name}:\n{source}");
        }
    }
}

/// Operators and calls in a body that a search_path could give another meaning
fn unqualified(source: &str) -> Vec<String> {
    let mut plain = source.replace(":=", "");
    for operator in ["=", "<>"] {
        plain = plain.replace(&format!("OPERATOR(pg_catalog.{operator})"), "");
    }
    let operators = plain.matches(['=', '<', '>', '|', '~', '+', '*']).map(str::to_owned);
    let before = plain
        .match_indices('(')
        .map(|(at, _)| plain[..at].rsplit([' ', '\n', '(']).next().unwrap().to_owned());
    let calls = before.filter(|name| !name.is_empty() && !name.contains('.') && name.to_uppercase() != *name);
    operators.chain(calls).collect()
}

/// A server on TCP that asks for a password
struct Server {
    cluster: Cluster,
    project: Program,
}

const PASSWORD: &str = "Gehe1m-9f3";

impl Server {
    async fn start() -> Self {
        let options = ClusterOptions { tcp: true, ..ClusterOptions::default() };
        let start = move || Cluster::start(&Binaries::find().unwrap(), &options).unwrap();
        let cluster = tokio::task::spawn_blocking(start).await.unwrap();
        let mut admin = PgConnection::connect(&cluster.url("postgres")).await.unwrap();
        let role = format!("CREATE ROLE carol LOGIN PASSWORD '{PASSWORD}'; GRANT CREATE ON DATABASE postgres TO carol; GRANT ALL ON SCHEMA public TO carol;
             CREATE TABLE t (id int PRIMARY KEY, a int, b text); INSERT INTO t SELECT n, n, 'bad' FROM generate_series(1, 100) n; ALTER TABLE t OWNER TO carol");
        sqlx::raw_sql(AssertSqlSafe(role)).execute(&mut admin).await.unwrap();
        let project = Program::without_database(&[("1.sql", "ALTER TABLE t ALTER COLUMN a TYPE bigint;\n")]);
        let server = Self { cluster, project };
        server.reload("host all all 127.0.0.1/32 scram-sha-256\n", "").await;
        server
    }

    /// Who may come in, and settings
    async fn reload(&self, rules: &str, settings: &str) {
        let data = self.cluster.dir().join("data");
        std::fs::write(data.join("pg_hba.conf"), format!("local all all trust\n{rules}")).unwrap();
        let mut admin = PgConnection::connect(&self.cluster.url("postgres")).await.unwrap();
        for sql in settings.split(';').chain(["SELECT pg_reload_conf()"]).filter(|sql| !sql.trim().is_empty())
        {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut admin).await.unwrap();
        }
        until(&mut admin, "SELECT pg_conf_load_time() > now() - interval '10 s'").await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    }

    /// Gives the server its certificate and key
    fn install(&self, keys: &Path) {
        let data = self.cluster.dir().join("data");
        for name in ["server.crt", "server.key"] {
            let place = data.join(name);
            std::fs::copy(keys.join(name), &place).unwrap();
            std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o600)).unwrap();
            let owner = std::fs::metadata(&data).unwrap();
            use std::os::unix::fs::MetadataExt;
            std::os::unix::fs::chown(&place, Some(owner.uid()), Some(owner.gid())).unwrap();
        }
    }

    fn url(&self, login: &str, host: &str, query: &str) -> String {
        format!("postgresql://{login}@{host}:{}/postgres{query}", self.cluster.tcp_address().unwrap().port())
    }

    async fn run(&self, url: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        let mut command = self.project.command(arguments);
        for name in ["PGPASSWORD", "PGPASSFILE", "PGSSLMODE", "PGSSLROOTCERT", "PGSERVICE", "PGSERVICEFILE"] {
            command.env_remove(name);
        }
        command.env("DATABASE_URL", url).envs(environment.iter().copied()).env("HOME", self.project.folder());
        Ran::from(tokio::process::Command::from(command).output().await.unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_password_is_told_or_kept() {
    let server = Server::start().await;
    let right = server.url(&format!("carol:{PASSWORD}"), "127.0.0.1", "");
    let bare = server.url("carol", "127.0.0.1", "");
    let passfile = server.project.folder().join("passfile");
    std::fs::write(&passfile, format!("*:*:*:carol:{PASSWORD}\n")).unwrap();
    std::fs::set_permissions(&passfile, std::fs::Permissions::from_mode(0o600)).unwrap();
    let passfile = passfile.to_str().unwrap();
    let wrong = |query: &str| server.url(&format!("carol:{PASSWORD}x"), "127.0.0.1", query);
    let text = "ALTER TABLE t ALTER COLUMN b TYPE int USING b::int;\n";
    server.project.write("2.sql", &format!("-- midflight: reverse b = b::text\n{text}"));
    let mut told = String::new();
    for (url, arguments, environment, code) in [
        (right.clone(), &["-v", "expand", "1"][..], &[][..], 0),
        (bare.clone(), &["-v", "--format", "json", "backfill"], &[("PGPASSWORD", PASSWORD)], 0),
        (bare.clone(), &["-v", "status"], &[("PGPASSFILE", passfile)], 0),
        (right.clone(), &["-v", "expand", "2"], &[], 21),
        (bare.clone(), &["-v", "status"], &[], 2),
        (bare.clone(), &["status"], &[("PGPASSWORD", "Gehe1m-9f3-not")], 2),
        (wrong(""), &["-v", "status"], &[], 2),
        (wrong(""), &["--format", "json", "status"], &[], 2),
        (wrong("?sslmode=require"), &["-v", "status"], &[], 2),
        (wrong("?sslmode=verify"), &["-v", "status"], &[], 2),
        (wrong("?sslcrl=x"), &["-v", "status"], &[], 2),
        (format!("postgresql://carol:{PASSWORD}@127.0.0.1:1/postgres"), &["-v", "status"], &[], 30),
        (format!("postgresql://carol:{PASSWORD}@127.0.0.1:x/postgres"), &["-v", "status"], &[], 2),
        (
            format!("postgresql://carol:{PASSWORD}@nowhere.invalid/postgres"),
            &["-v", "--format", "json", "plan"],
            &[],
            30,
        ),
        (right.clone(), &["-v", "contract", "1"], &[], 0),
    ] {
        let ran = server.run(&url, arguments, environment).await;
        assert_eq!(ran.code, code, "{arguments:?} {environment:?}: {}{}", ran.stdout, ran.stderr);
        told += &(ran.stdout + &ran.stderr);
    }
    assert!(told.contains("ALTER TABLE") && told.contains("carol"), "the test sees nothing: {told}");

    // what a process list shows while it runs
    server.project.write("midflight.yaml", "gates: [{name: slow, command: sleep 2}]\n");
    server.project.remove("2.sql");
    server.project.write("3.sql", "ALTER TABLE t ALTER COLUMN a TYPE numeric;\n");
    server.run(&right, &["expand", "3"], &[]).await;
    let mut command = server.project.command(&["-v", "backfill", "3"]);
    let mut child = command.env("DATABASE_URL", &right).spawn().unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let title = std::fs::read(format!("/proc/{}/cmdline", child.id())).unwrap_or_default();
    let mut admin = PgConnection::connect(&server.cluster.url("postgres")).await.unwrap();
    let sessions = "SELECT string_agg(a::text, '') FROM pg_stat_activity a WHERE usename = 'carol'";
    let sessions: Option<String> = sqlx::query_scalar(sessions).fetch_one(&mut admin).await.unwrap();
    assert!(child.try_wait().unwrap().is_none(), "it was over too soon");
    child.wait().unwrap();
    told += &(String::from_utf8_lossy(&title).into_owned() + &sessions.unwrap());

    for table in ["meta", "migrations", "steps", "backfills", "counters", "lease", "events"] {
        let all = format!("SELECT coalesce(string_agg(x::text, ''), '') FROM midflight.{table} x");
        let all: String = sqlx::query_scalar(AssertSqlSafe(all)).fetch_one(&mut admin).await.unwrap();
        told += &all;
    }
    let at = told.find(PASSWORD);
    assert!(at.is_none(), "{}", &told[at.unwrap().saturating_sub(200)..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_as_libpq_has_it() {
    let server = Server::start().await;
    let login = format!("carol:{PASSWORD}");
    let run = async |host: &str, query: &str, environment: &[(&str, &str)]| {
        server.run(&server.url(&login, host, query), &["status"], environment).await
    };
    // a server without TLS
    for (query, code) in [
        ("?sslmode=disable", 0),
        ("?sslmode=prefer", 0),
        ("", 0),
        ("?sslmode=require", 2),
        ("?sslmode=verify-full", 2),
    ] {
        let ran = run("127.0.0.1", query, &[]).await;
        assert_eq!(ran.code, code, "{query}: {}", ran.stderr);
        assert!(code == 0 || ran.stderr.contains("no TLS connection"), "{}", ran.stderr);
    }

    let Some(keys) = Authority::make() else { return };
    server.install(keys.0.path());
    server.reload("hostssl all all 127.0.0.1/32 scram-sha-256\n", "ALTER SYSTEM SET ssl = on").await;

    let (ours, other) = (keys.path("ca.crt"), keys.path("other.crt"));
    let (root, wrong) = (format!("&sslrootcert={ours}"), format!("&sslrootcert={other}"));
    for (host, query, code, says) in [
        ("127.0.0.1", "?sslmode=disable".to_owned(), 2, "no encryption"),
        ("127.0.0.1", "?sslmode=prefer".to_owned(), 0, ""),
        ("127.0.0.1", "?sslmode=require".to_owned(), 0, ""),
        // a root that is named is used, as libpq does
        ("127.0.0.1", format!("?sslmode=require{wrong}"), 2, "UnknownIssuer"),
        ("127.0.0.1", "?sslmode=verify-ca".to_owned(), 2, "UnknownIssuer"),
        ("127.0.0.1", format!("?sslmode=verify-ca{wrong}"), 2, "UnknownIssuer"),
        ("127.0.0.1", format!("?sslmode=verify-ca{root}"), 0, ""),
        // the certificate is for `localhost`
        ("127.0.0.1", format!("?sslmode=verify-full{root}"), 2, "not valid for name"),
        ("localhost", format!("?sslmode=verify-full{root}"), 0, ""),
        ("localhost", format!("?sslmode=verify-full{wrong}"), 2, "UnknownIssuer"),
    ] {
        let ran = run(host, &query, &[]).await;
        assert_eq!(ran.code, code, "{host}{query}: {}", ran.stderr);
        assert!(ran.stderr.contains(says), "{host}{query}: {}", ran.stderr);
    }
    // the same by environment; the URL wins
    for (query, environment, code) in [
        ("", &[("PGSSLMODE", "verify-full"), ("PGSSLROOTCERT", ours.as_str())][..], 0),
        ("", &[("PGSSLMODE", "verify-full"), ("PGSSLROOTCERT", other.as_str())], 2),
        ("?sslmode=prefer", &[("PGSSLMODE", "verify-full")], 0),
        ("", &[("PGSSLMODE", "verify_full")], 2),
    ] {
        let ran = run("localhost", query, environment).await;
        assert_eq!(ran.code, code, "{query} {environment:?}: {}", ran.stderr);
    }
}

/// Two certificate authorities, and a certificate of the first for `localhost`
struct Authority(tempfile::TempDir);

impl Authority {
    fn make() -> Option<Self> {
        let keys = Self(tempfile::tempdir().unwrap());
        std::fs::write(keys.0.path().join("names"), "subjectAltName=DNS:localhost\n").unwrap();
        for line in [
            "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ours -keyout ca.key -out ca.crt",
            "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other -keyout other.key -out other.crt",
            "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr",
            "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.crt",
        ] {
            let Ok(made) = openssl(keys.0.path(), line) else {
                println!("SKIPPED: openssl is not installed");
                return None;
            };
            assert!(made.status.success(), "{line}: {}", String::from_utf8_lossy(&made.stderr));
        }
        Some(keys)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }
}

fn openssl(folder: &Path, line: &str) -> std::io::Result<std::process::Output> {
    std::process::Command::new("openssl").args(line.split(' ')).current_dir(folder).output()
}

/// A certificate of X.509 version 1, which rustls can't read: where nobody asks for it to be looked at, it is not
#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_cannot_be_read() {
    let server = Server::start().await;
    let keys = tempfile::tempdir().unwrap();
    for line in [
        "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr",
        "x509 -req -in server.csr -signkey server.key -days 2 -out server.crt",
    ] {
        let Ok(made) = openssl(keys.path(), line) else {
            println!("SKIPPED: openssl is not installed");
            return;
        };
        assert!(made.status.success(), "{line}: {}", String::from_utf8_lossy(&made.stderr));
    }
    let read = openssl(keys.path(), "x509 -in server.crt -noout -text").unwrap();
    assert!(
        String::from_utf8_lossy(&read.stdout).contains("Version: 1"),
        "openssl makes version 3 by itself now"
    );
    server.install(keys.path());
    server.reload("hostssl all all 127.0.0.1/32 scram-sha-256\n", "ALTER SYSTEM SET ssl = on").await;
    let login = format!("carol:{PASSWORD}");
    let root = format!("&sslrootcert={}", keys.path().join("server.crt").display());
    for protocol in ["TLSv1.3", "TLSv1.2"] {
        let least = format!("ALTER SYSTEM SET ssl_max_protocol_version = '{protocol}'");
        server.reload("hostssl all all 127.0.0.1/32 scram-sha-256\n", &least).await;
        for (query, code) in [
            (String::new(), 0),
            ("?sslmode=prefer".to_owned(), 0),
            ("?sslmode=require".to_owned(), 0),
            ("?sslmode=verify-full".to_owned(), 2),
            (format!("?sslmode=require{root}"), 2),
        ] {
            let ran = server.run(&server.url(&login, "localhost", &query), &["status"], &[]).await;
            assert_eq!(ran.code, code, "{protocol} {query}: {}", ran.stderr);
            let says = code == 0 || ran.stderr.contains("version 1 can't be verified");
            assert!(says, "{protocol} {query}: {}", ran.stderr);
        }
    }
    // stages too, which open several connections
    let url = server.url(&login, "127.0.0.1", "?sslmode=require");
    for stage in ["expand", "backfill", "contract"] {
        let ran = server.run(&url, &[stage], &[]).await;
        assert_eq!(ran.code, 0, "{stage}: {}", ran.stderr);
    }
    let folders = std::fs::read_dir(std::env::temp_dir()).unwrap();
    let ours = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with("midflight-tls-");
    let socket = format!(".s.PGSQL.{}", server.cluster.tcp_address().unwrap().port());
    let left = folders
        .map(Result::unwrap)
        .filter(|entry| ours(entry) && entry.path().join(&socket).exists())
        .count();
    assert_eq!(left, 0, "sockets are left");
}

/// A service file and a password file, as psql takes them
#[tokio::test(flavor = "multi_thread")]
async fn a_service_and_a_password_file() {
    let server = Server::start().await;
    let port = server.cluster.tcp_address().unwrap().port();
    let folder = server.project.folder();
    std::fs::write(
        folder.join(".pg_service.conf"),
        format!("# ours\n[shop]\nhost=127.0.0.1\nport={port}\nuser=carol\ndbname=postgres\nsslmode=prefer\n[other]\nhost=127.0.0.1\nport=1\n"),
    )
    .unwrap();
    std::fs::write(folder.join(".pgpass"), format!("*:*:postgres:carol:{PASSWORD}\n")).unwrap();
    std::fs::set_permissions(folder.join(".pgpass"), std::fs::Permissions::from_mode(0o600)).unwrap();
    for (url, environment, code, says) in [
        ("postgresql:///?service=shop", &[][..], 0, ""),
        ("postgresql://", &[("PGSERVICE", "shop")], 0, ""),
        ("postgresql:///?service=shop", &[("PGSERVICE", "other")], 0, ""),
        ("postgresql:///?service=other", &[], 30, "127.0.0.1:1"),
        ("postgresql://dave@127.0.0.1/?service=shop", &[], 2, "`dave`"),
        ("postgresql:///?service=shops", &[], 2, "no service file has a service `shops`"),
    ] {
        let ran = server.run(url, &["status"], environment).await;
        assert_eq!(ran.code, code, "{url} {environment:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(says), "{url}: {}", ran.stderr);
    }
}

/// Names of files and objects may hold escape sequences: nobody's terminal obeys them
#[tokio::test]
async fn escape_sequences_are_shown() {
    let db = TestDb::create().await;
    let red = "\u{1b}[31m";
    db.exec(&format!(
        "CREATE TABLE \"a{red}b\" (id int PRIMARY KEY, n int); INSERT INTO \"a{red}b\" VALUES (1, 1)"
    ))
    .await;
    let name = format!("1_{red}x");
    let project = Program::new(
        &db,
        &[(&format!("{name}.sql"), &format!("ALTER TABLE \"a{red}b\" ALTER COLUMN n TYPE bigint;\n"))],
    );
    let broken = format!("2_{red}y.sql");
    for arguments in [
        &["lint"][..],
        &["plan"],
        &["expand", "--dry-run"],
        &["-v", "expand", &name],
        &["status"],
        &["backfill", &name],
        &["contract", &name],
        &["rollback", &name],
        &["expand", &format!("none{red}")],
        &["baseline", &name],
        &["advance", "--release", &format!("r{red}1")],
    ] {
        for color in ["never", "always"] {
            let ran = project.run(&[&["--color", color], arguments].concat()).await;
            let told = ran.stdout + &ran.stderr;
            assert!(!told.contains(red), "{arguments:?} --color {color}: {told:?}");
            assert!(color == "always" || !told.contains('\u{1b}'), "{arguments:?}: {told:?}");
        }
        if arguments[0] == "expand" && arguments.len() == 3 {
            project.write(&broken, "ALTER TABLE nope ALTER COLUMN n TYPE bigint;\n");
        }
    }
}
