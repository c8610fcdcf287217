//! A pipeline that calls `advance` and nothing else

use serde_json::Value;

use super::support::database::TestDb;
use super::support::program::Program;
use super::support::release::{Release, once};

const TABLE: &str = "
CREATE TABLE people (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  age integer NOT NULL DEFAULT 0,
  note text NOT NULL DEFAULT ''
);
INSERT INTO people (name, age) SELECT 'p' || n, n % 90 FROM generate_series(1, 5000) n;
ANALYZE people";

/// What each release brings. The third drops what the second still reads.
const RENAME: (&str, &str) = ("0001_full_name.sql", "ALTER TABLE people RENAME COLUMN name TO full_name;");
const CHANGE: (&str, &str) = (
    "0002_age.sql",
    "ALTER TABLE people ALTER COLUMN age TYPE bigint;\nALTER TABLE people DROP COLUMN note;",
);
const ADD: (&str, &str) =
    ("0003_city.sql", "ALTER TABLE people ADD COLUMN city text NOT NULL DEFAULT 'none';");

fn statements(name: &str, rest: &str) -> Vec<String> {
    vec![
        format!(
            "INSERT INTO people ({name}, age{rest}) SELECT 'n{{n}}', 7{}",
            rest.replace(", note", ", 'x'").replace(", city", ", 'y'")
        ),
        format!("UPDATE people SET {name} = 'u{{n}}', age = age + 1 WHERE id = 1 + {{n}} % 5000"),
        format!("SELECT id, {name}, age{rest} FROM people WHERE id = 1 + {{n}} % 5000"),
    ]
}

/// How the new release takes over.
#[derive(Clone, Copy)]
enum Deployment {
    /// Server by server: both serve for a while.
    Rolling,
    /// The new one is examined first, then takes all traffic at once.
    BlueGreen,
}

/// A database with its pipeline, and the release that serves.
struct Site {
    db: TestDb,
    midflight: Program,
    serving: Option<Release>,
    deployment: Deployment,
}

impl Site {
    async fn new(deployment: Deployment) -> Self {
        let db = TestDb::create().await;
        db.exec(TABLE).await;
        let midflight = Program::new(&db, &[("midflight.yaml", "lock: {timeout: 300ms}\n")]);
        Self { db, midflight, serving: None, deployment }
    }

    /// One deployment: the checkout, `advance`, then the new release beside the old one, then alone.
    async fn deploy(
        &mut self,
        release: &'static str,
        files: &[(&str, &str)],
        statements: Vec<String>,
    ) -> Value {
        for (name, _) in [RENAME, CHANGE, ADD] {
            self.midflight.remove(name);
        }
        for (name, text) in files {
            self.midflight.write(name, text);
        }
        let ran = self.midflight.ok(&["advance", "--release", release, "--format", "json"]).await;
        if matches!(self.deployment, Deployment::BlueGreen) {
            once(&mut self.db.connect().await, release, &statements).await;
        }
        let old = self.serving.take();
        let new = Release::start(&self.db, release, &statements).await;
        if let Some(old) = old {
            if matches!(self.deployment, Deployment::Rolling) {
                tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            }
            old.stop(release).await;
        }
        self.serving = Some(new);
        serde_json::from_str(&ran.stdout).unwrap()
    }
}

fn list(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one.as_str().unwrap_or_else(|| one["migration"].as_str().unwrap()))
        .collect()
}

async fn three_releases_switched_back_once(deployment: Deployment) {
    let mut site = Site::new(deployment).await;
    let none: [&str; 0] = [];
    // the first one was there before midflight
    site.serving = Some(Release::start(&site.db, "v1", &statements("name", ", note")).await);

    let v2 = site.deploy("v2", &[RENAME], statements("full_name", ", note")).await;
    assert_eq!(
        (list(&v2["expanded"]), list(&v2["backfilled"])),
        (vec!["0001_full_name"], vec!["0001_full_name"])
    );
    assert_eq!(list(&v2["contracted"]), none);
    // called again, it has nothing to do
    let again = site.midflight.ok(&["advance", "--release", "v2", "--format", "json"]).await;
    let again: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!((list(&again["contracted"]), list(&again["expanded"])), (none.to_vec(), none.to_vec()));
    assert_eq!(list(&again["waiting"]), ["0001_full_name"]);

    let v3 = site.deploy("v3", &[RENAME, CHANGE], statements("full_name", "")).await;
    assert_eq!((list(&v3["contracted"]), list(&v3["expanded"])), (vec!["0001_full_name"], vec!["0002_age"]));

    // v3 misbehaves: back to v2, which knows nothing of what v3 expanded
    let back = site.deploy("v2", &[RENAME], statements("full_name", ", note")).await;
    assert_eq!((list(&back["contracted"]), list(&back["expanded"])), (none.to_vec(), none.to_vec()));

    // v4 brings v3's change along: nothing of it may go while v2 still serves
    let v4 = site.deploy("v4", &[RENAME, CHANGE, ADD], statements("full_name", ", city")).await;
    assert_eq!((list(&v4["contracted"]), list(&v4["expanded"])), (none.to_vec(), vec!["0003_city"]));
    assert_eq!(list(&v4["waiting"]), ["0002_age"]);
    assert!(v4["waiting"][0]["reason"].as_str().unwrap().contains("`v2`"), "{v4}");

    let v5 = site.deploy("v5", &[RENAME, CHANGE, ADD], statements("full_name", ", city")).await;
    assert_eq!(list(&v5["contracted"]), ["0002_age", "0003_city"]);
    site.serving.take().unwrap().stop("v5").await;

    let columns: String = site
        .db
        .scalar("SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attname) FROM pg_attribute
                 WHERE attrelid = 'people'::regclass AND attnum > 0 AND NOT attisdropped")
        .await;
    assert_eq!(columns, "age bigint, city text, full_name text, id bigint");
    let lost: i64 =
        site.db.scalar("SELECT count(*) FROM people WHERE full_name IS NULL OR age IS NULL").await;
    assert_eq!(lost, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn rolling() {
    three_releases_switched_back_once(Deployment::Rolling).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn blue_green() {
    three_releases_switched_back_once(Deployment::BlueGreen).await;
}

#[tokio::test]
async fn conditions_are_told_together_and_overridden_by_name() {
    let db = TestDb::create().await;
    db.exec(TABLE).await;
    let midflight = Program::new(
        &db,
        &[
            RENAME,
            (
                "midflight.yaml",
                "contract: {min_soak: 1h}\ngates: [{name: closed, sql: \"SELECT to_regclass('open') IS NOT NULL\"}]\n",
            ),
        ],
    );
    db.exec("CREATE TABLE open ()").await;
    midflight.ok(&["expand", "--release", "v2"]).await;
    midflight.ok(&["backfill"]).await;
    db.exec("DROP TABLE open").await;
    let ran = midflight.exits(&["contract", "--release", "v2"], &[4]).await;
    for condition in ["new-release", "min-soak", "gates", "--override"] {
        assert!(ran.stderr.contains(condition), "{}", ran.stderr);
    }
    midflight.exits(&["contract", "--release", "v3", "--override", "gates"], &[2]).await;
    let almost = ["contract", "--release", "v3", "--override", "gates", "--because", "it is being rebuilt"];
    let ran = midflight.exits(&almost, &[4]).await;
    assert!(ran.stderr.contains("min-soak") && !ran.stderr.contains("new-release"), "{}", ran.stderr);
    midflight.ok(&[&almost[..], &["--override", "min-soak"]].concat()).await;
    let audit: String = db
        .scalar("SELECT string_agg((detail ->> 'condition') || ': ' || (detail ->> 'because'), ', ' ORDER BY id) FROM midflight.events
                 WHERE what = 'override' AND release = 'v3'")
        .await;
    assert_eq!(
        audit,
        "gates: it is being rebuilt, min-soak: it is being rebuilt, gates: it is being rebuilt"
    );
}

#[tokio::test]
async fn a_dry_run_changes_nothing_and_a_changed_file_is_refused() {
    let db = TestDb::create().await;
    db.exec(TABLE).await;
    let midflight = Program::new(&db, &[RENAME]);
    let ran = midflight.ok(&["advance", "--release", "v2", "--dry-run"]).await;
    assert!(ran.stdout.contains("would expand 0001_full_name"), "{}", ran.stdout);
    assert!(db.scalar::<bool>("SELECT to_regnamespace('midflight') IS NULL").await);
    midflight.ok(&["advance", "--release", "v2"]).await;
    midflight.write(RENAME.0, "ALTER TABLE people RENAME COLUMN name TO whole_name;");
    midflight.exits(&["advance", "--release", "v3"], &[22]).await;
    midflight.exits(&["advance", "--release", " "], &[2]).await;
}

/// The second release's file is planned as the first one's contract, which is due, will leave the database
#[tokio::test]
async fn a_file_may_need_what_a_due_contract_leaves() {
    for (setup, first, second) in [
        (
            "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY)",
            "ALTER TABLE a RENAME TO a_old;",
            "ALTER TABLE b RENAME TO a;",
        ),
        (
            "CREATE TABLE a (id int PRIMARY KEY, v int)",
            "ALTER TABLE a RENAME TO aa;",
            "ALTER TABLE aa ALTER v TYPE bigint;",
        ),
        (
            "CREATE TYPE e AS ENUM ('x'); CREATE TABLE t (id int PRIMARY KEY, v e); INSERT INTO t VALUES (1, 'x')",
            "CREATE TYPE e2 AS ENUM ('x', 'y'); ALTER TABLE t ALTER v TYPE e2 USING v::text::e2;",
            "DROP TYPE e; ALTER TYPE e2 RENAME TO e;",
        ),
        (
            "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY)",
            "ALTER TABLE t ALTER id DROP IDENTITY;",
            "CREATE SEQUENCE t_id_seq; ALTER TABLE t ALTER id SET DEFAULT nextval('t_id_seq');",
        ),
        (
            "CREATE TABLE t (id int PRIMARY KEY, v int, w int)",
            "ALTER TABLE t DROP v;",
            "ALTER TABLE t ADD v text; ALTER TABLE t RENAME w TO x;",
        ),
    ] {
        let db = TestDb::create().await;
        db.exec(setup).await;
        let midflight = Program::new(&db, &[("1.sql", first)]);
        midflight.ok(&["advance", "--release", "v1"]).await;
        midflight.write("2.sql", second);
        midflight.ok(&["advance", "--release", "v2"]).await;
        midflight.ok(&["advance", "--release", "v3"]).await;
    }
}
