//! One migration in many databases: waves, gates, targets that fail, several runners, passwords

use std::path::Path;

use rustix::process::Signal;
use serde_json::Value;

use super::support::database::TestDb;
use super::support::program::{Program, Ran};

const AMOUNT: (&str, &str) = ("0001_amount.sql", "ALTER TABLE orders ALTER COLUMN amount TYPE bigint;\n");
/// What takes longer than the moment in which somebody else looks
const SLOW: (&str, &str) = (
    "0001_amount.sql",
    "ALTER TABLE orders ALTER COLUMN amount TYPE bigint USING amount::bigint + (length(pg_sleep(0.02)::text));\n",
);

const ORDERS: &str = "CREATE TABLE orders (id bigint PRIMARY KEY, amount integer);
    INSERT INTO orders SELECT n, n FROM generate_series(1, 20) n";

/// A project whose fleet is this.
fn project(files: &[(&str, &str)], fleet: &str) -> Program {
    let program = Program::without_database(files);
    write(&program, fleet);
    program
}

fn write(program: &Program, fleet: &str) {
    std::fs::write(program.folder().join("fleet.yaml"), fleet).unwrap();
}

/// Databases with a table each.
async fn databases(count: usize) -> Vec<TestDb> {
    let mut made = Vec::new();
    for _ in 0..count {
        let db = TestDb::create().await;
        db.exec(ORDERS).await;
        made.push(db);
    }
    made
}

/// One database with so many schemas, `tenant_1` and on.
async fn schemas(count: usize) -> TestDb {
    let db = TestDb::create().await;
    let each = |n: usize| format!("CREATE SCHEMA tenant_{n}; SET search_path = tenant_{n}; {ORDERS};");
    db.exec(&(1..=count).map(each).collect::<String>()).await;
    db
}

/// Entries of `targets`: `d0` and on.
fn listed(databases: &[TestDb]) -> String {
    let entry = |(at, db): (usize, &TestDb)| format!("  - {{name: d{at}, url: '{}'}}\n", db.url());
    format!("fleet: shops\ntargets:\n{}", databases.iter().enumerate().map(entry).collect::<String>())
}

fn of_schemas(db: &TestDb) -> String {
    format!("fleet: shops\ntargets:\n  - {{schemas: 'tenant_*', url: '{}'}}\n", db.url())
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr))
}

/// `name: outcome code` of each target, and of its rollback `name: back outcome code`.
fn outcomes(document: &Value) -> Vec<String> {
    let targets = document["targets"].as_array().unwrap().iter();
    targets
        .map(|target| {
            let back = if target["taken_back"] == true { "back " } else { "" };
            let text = |key: &str| target[key].as_str().unwrap().to_owned();
            format!("{}: {back}{} {}", text("name"), text("outcome"), target["code"])
        })
        .collect()
}

/// The phase of the one migration, or `none` where midflight was never there.
async fn stands(db: &TestDb) -> String {
    if !db.scalar::<bool>("SELECT to_regclass('midflight.migrations') IS NOT NULL").await {
        return "none".to_owned();
    }
    db.scalar("SELECT coalesce(max(phase), 'none') FROM midflight.migrations").await
}

fn assert_valid(document: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas/fleet.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{document:#}");
}

#[tokio::test]
async fn thirty_schemas_in_three_waves() {
    let db = schemas(30).await;
    let fleet = of_schemas(&db)
        + "waves:\n  - {name: first, targets: [tenant_7]}\n  - {name: tenth, percent: 10}\n  - {name: all}\n";
    let midflight = project(&[AMOUNT], &fleet);
    let listed = json(&midflight.ok(&["fleet", "targets", "--format", "json"]).await);
    assert_valid(&listed);
    let wave =
        |name: &str| listed["targets"].as_array().unwrap().iter().filter(|one| one["wave"] == name).count();
    assert_eq!((wave("first"), wave("tenth"), wave("all")), (1, 3, 26));
    let plans = json(&midflight.ok(&["fleet", "plan", "--format", "json"]).await);
    assert_valid(&plans);
    assert_eq!(plans["groups"].as_array().unwrap().len(), 1, "{plans:#}");

    let ran = json(&midflight.ok(&["fleet", "advance", "--release", "v1", "--format", "json"]).await);
    assert_valid(&ran);
    assert_eq!(outcomes(&ran).iter().filter(|one| one.ends_with(": done 0")).count(), 30);
    let order: Vec<&str> =
        ran["waves"].as_array().unwrap().iter().map(|wave| wave["name"].as_str().unwrap()).collect();
    assert_eq!(order, ["first", "tenth", "all"]);
    // the first wave was through before any other target was begun
    let first = "SELECT max(at) < (SELECT min(at) FROM midflight.events WHERE schema <> 'tenant_7' AND what = 'release')
                 FROM midflight.events WHERE schema = 'tenant_7'";
    assert!(db.scalar::<bool>(first).await);
    let again = json(&midflight.ok(&["fleet", "advance", "--release", "v1", "--format", "json"]).await);
    assert!(outcomes(&again).iter().all(|one| one.ends_with(": unchanged 0")), "{again:#}");

    let status = json(&midflight.ok(&["fleet", "status", "--format", "json"]).await);
    assert_valid(&status);
    assert!(midflight.ok(&["fleet", "status"]).await.stdout.contains("backfilled, verified  30"));
    midflight.ok(&["fleet", "advance", "--release", "v2"]).await;
    let left = "SELECT count(*) FROM midflight.migrations WHERE phase <> 'contracted'";
    assert_eq!(db.scalar::<i64>(left).await, 0);
    let types = "SELECT count(*) FROM pg_attribute WHERE attname = 'amount' AND atttypid = 'int8'::regtype
                   AND attrelid IN (SELECT oid FROM pg_class WHERE relname = 'orders')";
    assert_eq!(db.scalar::<i64>(types).await, 30);
}

/// A row that can't be converted, a table that is locked, a server that doesn't answer: the others are done, and the
/// next run takes up only these
#[tokio::test]
async fn those_that_fail_hold_up_nobody() {
    let dbs = databases(8).await;
    let narrow = (
        AMOUNT.0,
        "-- midflight: reverse amount = amount::integer\nALTER TABLE orders ALTER COLUMN amount TYPE smallint USING amount::smallint;\n",
    );
    dbs[2].exec("INSERT INTO orders VALUES (100, 100000)").await;
    let mut holder = dbs[5].connect().await;
    sqlx::raw_sql("BEGIN; LOCK TABLE orders IN ACCESS SHARE MODE").execute(&mut holder).await.unwrap();
    let lost = "  - {name: lost, url: 'postgres://nobody:geheim@127.0.0.1:1/nothing'}\n";
    let midflight = project(&[narrow], &(listed(&dbs) + lost + "max_failures: 5\nper_server: 2\n"));
    midflight.write("midflight.yaml", "lock: {timeout: 50ms, attempts: 2}\n");
    let ran = midflight.exits(&["fleet", "advance", "--release", "v1", "--format", "json"], &[1]).await;
    let document = json(&ran);
    assert_valid(&document);
    let failed: Vec<String> =
        outcomes(&document).into_iter().filter(|one| !one.ends_with("done 0")).collect();
    assert_eq!(failed, ["d2: failed 21", "d5: failed 10", "lost: failed 30"]);
    let of = |name: &str| {
        document["targets"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap().clone()
    };
    assert!(of("d2")["error"]["details"].to_string().contains("id=100"), "{:#}", of("d2"));
    assert!(of("lost")["error"]["message"].as_str().unwrap().contains("127.0.0.1:1"));
    assert_eq!(document["error"]["code"], 1);

    sqlx::raw_sql("COMMIT").execute(&mut holder).await.unwrap();
    let told = midflight.exits(&["fleet", "advance", "--release", "v1"], &[1]).await;
    assert!(told.stdout.contains("\nd2 (group default") && told.stdout.contains("id=100"), "{}", told.stdout);
    dbs[2].exec("DELETE FROM orders WHERE id = 100").await;
    let again =
        json(&midflight.exits(&["fleet", "advance", "--release", "v1", "--format", "json"], &[30]).await);
    let changed: Vec<String> =
        outcomes(&again).into_iter().filter(|one| !one.ends_with("unchanged 0")).collect();
    assert_eq!(changed, ["d2: done 0", "lost: failed 30"], "only what was left is taken up");
    // no contract while one of the group can't be asked
    let waits = midflight.exits(&["fleet", "advance", "--release", "v2"], &[30]).await;
    assert!(waits.stdout.contains("behind: lost (can't be asked)"), "{}", waits.stdout);
    assert_eq!(stands(&dbs[0]).await, "backfilled");
}

#[tokio::test]
async fn more_failures_than_may_begin_no_further_target() {
    let dbs = databases(6).await;
    dbs[0].exec("DROP TABLE orders").await;
    let waves = "waves:\n  - {name: first, targets: [d0, d1]}\nparallel: 1\n";
    let midflight = project(&[AMOUNT], &(listed(&dbs) + waves));
    let document =
        json(&midflight.exits(&["fleet", "expand", "--release", "v1", "--format", "json"], &[1]).await);
    assert_eq!(outcomes(&document)[..3], ["d0: failed 2", "d1: not_begun 0", "d2: not_begun 0"]);
    assert_eq!(
        (&document["waves"][0]["outcome"], &document["waves"][1]["outcome"]),
        (&"failed".into(), &"not_begun".into())
    );
    assert_eq!(stands(&dbs[1]).await, "none");
}

/// The canary's gate says no: it is taken back, the rest is untouched, and that is said
#[tokio::test]
async fn a_canary_that_is_taken_back() {
    let dbs = databases(4).await;
    let waves = "waves:\n  - {name: canary, targets: [d1], on_failure: rollback}\ngates:\n  - {name: errors, command: test -f ok}\ngate_every: 100ms\n";
    let midflight = project(&[AMOUNT], &(listed(&dbs) + waves));
    let arguments = ["fleet", "advance", "--release", "v1", "--format", "json"];
    midflight.exits(&arguments, &[2]).await;
    let allowed = [&arguments[..], &["--allow-commands"]].concat();
    let document = json(&midflight.exits(&allowed, &[4]).await);
    assert_valid(&document);
    let (canary, rest) = (&document["waves"][0], &document["waves"][1]);
    assert_eq!((&canary["outcome"], &rest["outcome"]), (&"rolled_back".into(), &"not_begun".into()));
    assert!(canary["why"][0].as_str().unwrap().contains("gate `errors`"));
    assert!(outcomes(&document).contains(&"d1: back done 0".to_owned()), "{document:#}");
    assert_eq!(stands(&dbs[1]).await, "rolled_back");
    for untouched in [0, 2, 3] {
        assert_eq!(stands(&dbs[untouched]).await, "none");
    }
    std::fs::write(midflight.folder().join("ok"), "").unwrap();
    midflight.ok(&allowed).await;
    for db in &dbs {
        assert_eq!(stands(db).await, "backfilled");
    }
}

/// A wave stands for as long as it has to, whoever asks again
#[tokio::test]
async fn a_soak_is_waited_for() {
    let dbs = databases(2).await;
    let waves = |soak: &str| format!("waves:\n  - {{name: first, targets: [d0], soak: {soak}}}\n");
    let midflight = project(&[AMOUNT], &(listed(&dbs) + &waves("1h")));
    let arguments = ["fleet", "advance", "--release", "v1", "--no-wait"];
    let told = midflight.exits(&arguments, &[4]).await;
    assert!(told.stderr.contains("its soak goes on for"), "{}", told.stderr);
    assert_eq!((stands(&dbs[0]).await, stands(&dbs[1]).await), ("backfilled".to_owned(), "none".to_owned()));
    midflight.exits(&arguments, &[4]).await;
    write(&midflight, &(listed(&dbs) + &waves("2s")));
    midflight.ok(&["fleet", "advance", "--release", "v1"]).await;
    let apart = dbs[1]
        .scalar::<f64>("SELECT extract(epoch FROM min(at))::float8 FROM midflight.events")
        .await
        - dbs[0]
            .scalar::<f64>("SELECT extract(epoch FROM max(backfilled_at))::float8 FROM midflight.migrations")
            .await;
    assert!(apart >= 2.0, "{apart}");
}

/// A group is contracted together, and by the fleet alone
#[tokio::test]
async fn a_group_is_contracted_together() {
    let dbs = databases(3).await;
    let midflight = project(&[AMOUNT], &listed(&dbs));
    midflight.ok(&["fleet", "expand", "--release", "v1"]).await;
    midflight.ok(&["fleet", "backfill", "--target", "d0", "--target", "d1"]).await;
    let told = midflight.exits(&["fleet", "contract", "--release", "v2", "--target", "d0"], &[4]).await;
    assert!(told.stdout.contains("behind: d2 (expanded)"), "{}", told.stdout);
    let alone = project(&[AMOUNT], "").with_url(&dbs[0].url());
    let told = alone.exits(&["contract", "--release", "v2"], &[4]).await;
    assert!(told.stderr.contains("a target of the fleet `shops`, group `default`"), "{}", told.stderr);
    let told = alone.ok(&["advance", "--release", "v2"]).await;
    assert!(told.stderr.contains("is not contracted: this is a target of the fleet"), "{}", told.stderr);
    midflight.ok(&["fleet", "backfill"]).await;
    // nor does another fleet take it over
    let other = project(&[AMOUNT], &listed(&dbs[..1]).replace("shops", "others"));
    let told = other.exits(&["fleet", "contract", "--release", "v3"], &[4]).await;
    assert!(told.stdout.contains("a target of the fleet `shops`"), "{}", told.stdout);
    midflight.ok(&["fleet", "contract", "--release", "v3", "--target", "d1"]).await;
    assert_eq!((stands(&dbs[0]).await, stands(&dbs[1]).await), ("backfilled".into(), "contracted".into()));
    // one that leaves is nobody's but its own
    alone.exits(&["init", "--leave-fleet"], &[2]).await;
    alone.ok(&["init", "--leave-fleet", "--because", "sold"]).await;
    alone.ok(&["contract", "--release", "v3"]).await;
    let by_word = project(&[AMOUNT], "").with_url(&dbs[2].url());
    by_word.ok(&["contract", "--release", "v3", "--override", "fleet", "--because", "a test"]).await;
}

/// Two runners with a share each, and one that is killed: every target is done, once
#[tokio::test]
async fn two_runners_of_which_one_is_killed() {
    let dbs = databases(8).await;
    let midflight = project(&[SLOW], &(listed(&dbs) + "parallel: 2\nper_server: 2\n"));
    let share =
        |share: &'static str| ["fleet", "advance", "--release", "v1", "--shard", share, "--format", "json"];
    let (first, second) = (midflight.begin(&share("1/2")), midflight.begin(&share("2/2")));
    // the first one is at work
    dbs[0].until("SELECT to_regclass('midflight.migrations') IS NOT NULL").await;
    first.signal(Signal::KILL);
    let document = json(&second.ends(0).await);
    assert!(
        outcomes(&document).iter().all(|one| one.ends_with("done 0") || one.ends_with("unchanged 0")),
        "{document:#}"
    );
    for db in &dbs {
        assert_eq!(stands(db).await, "backfilled");
        let began = "SELECT count(*) FROM midflight.events WHERE to_phase = 'backfilled'";
        assert_eq!(db.scalar::<i64>(began).await, 1, "each is done once");
    }
}

/// Runners without shares pass over what the other one has
#[tokio::test]
async fn a_target_that_is_held_is_looked_at_again() {
    let dbs = databases(4).await;
    let midflight = project(&[SLOW], &(listed(&dbs) + "parallel: 2\nper_server: 2\n"));
    let arguments = ["fleet", "advance", "--release", "v1", "--format", "json"];
    let runners = [(); 3].map(|()| midflight.begin(&arguments));
    for runner in runners {
        runner.ends(0).await;
    }
    for db in &dbs {
        let done = "SELECT count(*) FROM midflight.events WHERE to_phase = 'backfilled'";
        assert_eq!(db.scalar::<i64>(done).await, 1);
    }
}

#[tokio::test]
async fn interrupted_it_ends_its_commands() {
    let dbs = databases(4).await;
    let midflight = project(&[SLOW], &(listed(&dbs) + "parallel: 2\nper_server: 2\n"));
    let running = midflight.begin(&["fleet", "advance", "--release", "v1", "--format", "json"]);
    dbs[0].until("SELECT to_regclass('midflight.migrations') IS NOT NULL").await;
    running.signal(Signal::TERM);
    let document = json(&running.ends(130).await);
    assert_valid(&document);
    let held = "SELECT count(*) FROM midflight.lease WHERE expires_at > clock_timestamp()";
    assert_eq!(dbs[0].scalar::<i64>(held).await, 0, "leases are given back");
    midflight.ok(&["fleet", "advance", "--release", "v1"]).await;
}

/// Targets from a directory and from a command
#[tokio::test]
async fn targets_come_from_elsewhere() {
    let dbs = databases(3).await;
    let directory = TestDb::create().await;
    let rows = format!(
        "CREATE TABLE tenants (name text, url text, region text);
         INSERT INTO tenants VALUES ('acme', '{}', 'eu'), ('globex', '{}', 'us')",
        dbs[0].url(),
        dbs[1].url()
    );
    directory.exec(&rows).await;
    let fleet = format!(
        "fleet: shops\ntargets:\n  - {{sql: 'SELECT name, url, region AS \"group\" FROM tenants;', url: '{}'}}\n  - {{command: ./list, group: more}}\n",
        directory.url()
    );
    let midflight = project(&[AMOUNT], &fleet);
    let line = serde_json::json!({ "name": "initech", "url": dbs[2].url(), "labels": { "tier": "early" } });
    std::fs::write(midflight.folder().join("list"), format!("#!/bin/sh\necho '{line}'\n")).unwrap();
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(midflight.folder().join("list"), std::fs::Permissions::from_mode(0o755))
        .unwrap();
    let told = midflight.exits(&["fleet", "targets"], &[2]).await;
    assert!(told.stderr.contains("--allow-commands"), "{}", told.stderr);
    let listed = json(&midflight.ok(&["fleet", "targets", "--allow-commands", "--format", "json"]).await);
    let found: Vec<String> = listed["targets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {}", one["name"].as_str().unwrap(), one["group"].as_str().unwrap()))
        .collect();
    assert_eq!(found, ["acme eu", "globex us", "initech more"]);
    directory.exec("UPDATE tenants SET name = 'acme'").await;
    let told = midflight.exits(&["fleet", "targets", "--allow-commands"], &[2]).await;
    assert!(told.stderr.contains("two targets are called `acme`"), "{}", told.stderr);
}

/// A tenant made from another one's database in mid-flight is taken in where nothing was changed, and by the fleet alone
#[tokio::test]
async fn a_copy_is_taken_in() {
    let mut dbs = databases(1).await;
    let midflight = project(&[AMOUNT], &listed(&dbs));
    midflight.ok(&["fleet", "advance", "--release", "v1"]).await;
    let (copy, changed) = (dbs[0].copy().await, dbs[0].copy().await);
    copy.exec("INSERT INTO orders VALUES (1000, 7)").await;
    changed.exec("ALTER TABLE orders DISABLE TRIGGER ALL").await;
    project(&[AMOUNT], "").with_url(&copy.url()).exits(&["backfill", "0001_amount"], &[22]).await;
    dbs.extend([copy, changed]);
    write(&midflight, &(listed(&dbs) + "max_failures: 1\n"));
    let status = json(&midflight.ok(&["fleet", "status", "--catalog", "--format", "json"]).await);
    assert_valid(&status);
    let drift = |at: usize| status["targets"][at]["drift"].to_string();
    assert_eq!(drift(0), "[]");
    assert!(drift(2).contains("is disabled"), "{}", drift(2));
    let document =
        json(&midflight.exits(&["fleet", "advance", "--release", "v2", "--format", "json"], &[1]).await);
    assert_eq!(outcomes(&document), ["d0: done 0", "d1: done 0", "d2: failed 22"]);
    let noted = "SELECT count(*) FROM midflight.events WHERE what = 'database' AND detail ->> 'because' LIKE '%fleet `shops`%'";
    assert_eq!(dbs[1].scalar::<i64>(noted).await, 1);
    assert_eq!((stands(&dbs[0]).await, stands(&dbs[1]).await), ("contracted".into(), "contracted".into()));
    assert_eq!(dbs[1].scalar::<i64>("SELECT amount FROM orders WHERE id = 1000").await, 7);
}

/// A password is nowhere but in the file
#[tokio::test]
async fn no_password_is_told() {
    const PLANTED: &str = "pl4nted%2Fsecret";
    let secrets = [PLANTED, "pl4nted/secret", "pl4nted"];
    let dbs = databases(2).await;
    for db in &dbs {
        db.exec("CREATE TABLE users (id bigint PRIMARY KEY, name text)").await;
    }
    // servers of tests ask for no password, and take any
    let with_password = |db: &TestDb| {
        let url = db.url();
        let (scheme, rest) = url.split_once("://").unwrap();
        let (user, place) = rest.split_once('@').unwrap_or(("postgres", rest));
        let user = user.split(':').next().unwrap();
        format!("{scheme}://{user}:{PLANTED}@{place}")
    };
    let fleet = format!(
        "fleet: shops\ntargets:\n  - {{name: a, url: '{}'}}\n  - {{name: b, url: \"${{PLANTED_URL}}\"}}\n  - {{name: gone, url: 'postgres://u:{PLANTED}@127.0.0.1:1/x'}}\nmax_failures: 9\n",
        with_password(&dbs[0])
    );
    let files = [AMOUNT, ("0002_name.sql", "ALTER TABLE users RENAME COLUMN name TO full_name;\n")];
    let midflight = project(&files, &fleet);
    let mut told = String::new();
    for arguments in [
        &["targets"][..],
        &["plan"],
        &["advance", "--release", "v1"],
        &["status"],
        &["advance", "--release", "v2"],
        &["rollback", "0001_amount"],
    ] {
        for format in ["human", "json"] {
            let mut command =
                midflight.command(&[&["fleet"], arguments, &["-v", "--format", format]].concat());
            let output = command.env("PLANTED_URL", with_password(&dbs[1])).spawn().unwrap();
            let id = output.id();
            let mut seen = String::new();
            // what others may see of the processes meanwhile: the runner's arguments and those of its commands
            for _ in 0..5 {
                seen.push_str(&arguments_of_midflight());
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            let output = output.wait_with_output().unwrap();
            assert!(id > 0);
            told.push_str(&seen);
            told.push_str(&String::from_utf8_lossy(&output.stdout));
            told.push_str(&String::from_utf8_lossy(&output.stderr));
        }
    }
    for db in &dbs {
        for table in ["events", "migrations", "steps", "meta", "lease", "backfills"] {
            let sql = format!("SELECT coalesce(string_agg(t::text, ' '), '') FROM midflight.{table} t");
            told.push_str(&db.scalar::<String>(&sql).await);
        }
    }
    assert!(told.contains("0001_amount") && told.contains("gone"), "something was told");
    for secret in secrets {
        assert!(
            !told.contains(secret),
            "{secret} in {}",
            told.split(secret)
                .next()
                .unwrap()
                .chars()
                .rev()
                .take(400)
                .collect::<String>()
                .chars()
                .rev()
                .collect::<String>()
        );
    }
}

/// The command lines of all processes that are midflight's, as every user of the machine may read them.
fn arguments_of_midflight() -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        if line.contains("midflight") {
            all.push_str(&line);
        }
    }
    all
}

#[tokio::test]
async fn what_is_passed_on_and_what_is_not() {
    let dbs = databases(1).await;
    let midflight = project(&[AMOUNT], &listed(&dbs));
    for (arguments, says) in [
        (
            &["advance", "--release", "v1", "--", "--database-url", "x"][..],
            "`--database-url` can't be passed on",
        ),
        (&["advance", "--release", "v1", "--", "--dry-run"], "`--dry-run` can't be passed on"),
        (&["advance"], "needs `--release ID`"),
        (&["rollback"], "needs the migration's name"),
        (&["status", "--wave", "rset"], "no wave `rset`"),
        (&["status", "--target", "d1"], "no target `d1`"),
    ] {
        let told = midflight.exits(&[&["fleet"], arguments].concat(), &[2]).await;
        assert!(told.stderr.contains(says), "{arguments:?}: {}", told.stderr);
    }
    midflight.ok(&["fleet", "advance", "--release", "v1", "--", "--kill-blockers", "never"]).await;
    assert_eq!(stands(&dbs[0]).await, "backfilled");
    midflight.ok(&["fleet", "rollback", "0001_amount"]).await;
    assert_eq!(stands(&dbs[0]).await, "rolled_back");
}
