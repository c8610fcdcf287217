//! What an earlier release left in flight: every dump of `tests/states` goes forward and back, while both releases of the
//! application write

use std::{
    fs,
    path::{Path, PathBuf},
};

use sqlx::Connection;

use crate::{
    faults::{
        scenario::Release,
        writers::{Application, Ledger},
    },
    support::{
        database::TestDb,
        program::Program,
        snapshot::{self, assert_same},
    },
};

/// The migrations that every dump holds, in their order
const MIGRATIONS: [&str; 9] = [
    "01_key",
    "02_type",
    "03_rename",
    "04_split",
    "05_fill",
    "06_in_place",
    "07_own",
    "08_rename_table",
    "09_tables",
];
const ROWS: i64 = 40;

/// A release in each table: the old one and the new one.
static APPLICATIONS: [[Release; 2]; 8] = [
    [Release { table: "accounts", ..AMOUNT }, Release { name: "N+1", table: "accounts", ..AMOUNT }],
    [Release { table: "amounts", ..AMOUNT }, Release { name: "N+1", table: "amounts", ..AMOUNT }],
    [
        Release {
            name: "N",
            table: "\"Totals\"",
            insert: "INSERT INTO {table} (id, \"Amount\") VALUES ({id}, {n})",
            update: "UPDATE {table} SET \"Amount\" = {n} WHERE id = {id}",
            value: "\"Amount\"",
        },
        Release {
            name: "N+1",
            table: "\"Totals\"",
            insert: "INSERT INTO {table} (id, \"Total\") VALUES ({id}, {n})",
            update: "UPDATE {table} SET \"Total\" = {n} WHERE id = {id}",
            value: "\"Total\"",
        },
    ],
    [
        Release {
            name: "N",
            table: "people",
            insert: "INSERT INTO {table} (id, name) VALUES ({id}, 'Old {n}')",
            update: "UPDATE {table} SET name = 'Older ' || {n} WHERE id = {id}",
            value: "split_part(name, ' ', 2)",
        },
        Release {
            name: "N+1",
            table: "people",
            insert: "INSERT INTO {table} (id, first_name, number) VALUES ({id}, 'New', {n})",
            update: "UPDATE {table} SET first_name = 'Newer', number = {n} WHERE id = {id}",
            value: "CASE WHEN first_name IN ('Ann', 'Old', 'Older', 'New', 'Newer') THEN number END",
        },
    ],
    [
        Release {
            name: "N",
            table: "mails",
            insert: "INSERT INTO {table} (id, legacy, n, email) VALUES ({id}, 'y', {n}, '{id}@example.com')",
            update: "UPDATE {table} SET n = {n}, legacy = 'z' WHERE id = {id}",
            value: "CASE WHEN coalesce(email, id || '@example.com') = id || '@example.com' THEN n END",
        },
        Release {
            name: "N+1",
            table: "mails",
            insert: "INSERT INTO {table} (id, n, email) VALUES ({id}, {n}, '{id}@example.com')",
            update: "UPDATE {table} SET n = {n} WHERE id = {id}",
            value: "CASE WHEN email = id || '@example.com' THEN n END",
        },
    ],
    [Release { name: "N", ..CODE }, Release { name: "N+1", ..CODE }],
    [Release { table: "own", ..NUMBER }, Release { name: "N+1", table: "own", ..NUMBER }],
    [Release { table: "goods", ..NUMBER }, Release { name: "N+1", table: "products", ..NUMBER }],
];

const AMOUNT: Release = Release {
    name: "N",
    table: "",
    insert: "INSERT INTO {table} (id, amount) VALUES ({id}, {n})",
    update: "UPDATE {table} SET amount = {n} WHERE id = {id}",
    value: "amount",
};

const NUMBER: Release = Release {
    name: "N",
    table: "",
    insert: "INSERT INTO {table} (id, n) VALUES ({id}, {n})",
    update: "UPDATE {table} SET n = {n} WHERE id = {id}",
    value: "n",
};

const CODE: Release = Release {
    name: "N",
    table: "places",
    insert: "INSERT INTO {table} (id, code, n) VALUES ({id}, 'c{id}', {n})",
    update: "UPDATE {table} SET n = {n} WHERE id = {id}",
    value: "n",
};

/// A test a phase, and the list of them
macro_rules! phases {
    ($direction:ident $go:ident { $($phase:ident),* $(,)? }) => {
        mod $direction {
            pub const PHASES: &[&str] = &[$(stringify!($phase)),*];
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $phase() {
                for release in super::releases() {
                    super::Flight::restored(&release, stringify!($phase)).await.$go().await;
                }
            })*
        }
    };
}

phases! { forward goes_forward { expanding, expanded, backfilling, backfilled, contracting, contracted, rolling_back, rolled_back } }
phases! { back goes_back { expanding, expanded, backfilling, backfilled, contracting, contracted, rolling_back, rolled_back } }

#[test]
fn every_dump_is_tried() {
    let (mut forward, mut back) = (forward::PHASES.to_vec(), back::PHASES.to_vec());
    forward.sort_unstable();
    back.sort_unstable();
    assert_eq!(forward, back);
    for release in releases() {
        let inputs = ["before", "direct", "new", "old"];
        let stem = |path: &PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
        let mut dumps: Vec<String> = files(&release, "sql").iter().map(stem).collect();
        dumps.retain(|name| !inputs.contains(&name.as_str()));
        assert_eq!(dumps, forward, "{}", release.display());
        let mut migrations = files(&release.join("migrations"), "sql");
        migrations.extend(files(&release.join("migrations"), "yaml"));
        let mut ids: Vec<String> = migrations.iter().map(stem).collect();
        ids.sort();
        assert_eq!(ids, MIGRATIONS, "{}", release.display());
    }
}

/// A runner of an earlier release holds the lease in the row that this one looks at, and is seen to be gone in the same
/// way.
#[tokio::test]
async fn a_runner_of_an_earlier_release_excludes_this_one() {
    for release in releases() {
        let flight = Flight::restored(&release, "backfilling").await;
        let mut theirs = flight.db.connect().await;
        let take = "UPDATE midflight.lease SET owner = 'earlier', epoch = epoch + 1, expires_at = clock_timestamp() + interval '30 seconds',
                    backend_pid = pg_backend_pid(), backend_start = (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())";
        let taken = sqlx::query(take).execute(&mut theirs).await.unwrap();
        assert_eq!(taken.rows_affected(), 1);
        let ran = flight.midflight.exits(&["backfill", MIGRATIONS[0]], &[12]).await;
        assert!(ran.stderr.contains("another midflight is at work"), "{}", ran.stderr);
        theirs.close().await.unwrap();
        flight.midflight.ok(&["backfill", MIGRATIONS[0]]).await;
    }
}

/// The folders of `tests/states`
fn releases() -> Vec<PathBuf> {
    let mut found = entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/states"));
    found.retain(|path| path.is_dir());
    assert!(!found.is_empty());
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = entries(folder);
    found.retain(|path| path.extension().is_some_and(|found| found == ending));
    found
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A restored database, and the application that wrote what is in it
struct Flight {
    release: PathBuf,
    phase: &'static str,
    db: TestDb,
    midflight: Program,
    applications: Vec<Application>,
}

impl Flight {
    async fn restored(release: &Path, phase: &'static str) -> Self {
        let db = TestDb::create().await;
        let mut dump = text(&release.join(phase).with_extension("sql"));
        if db.scalar::<i32>("SELECT current_setting('server_version_num')::integer").await < 150_000 {
            dump = dump.replace(" WITH (security_invoker='true')", "");
        }
        db.exec(&dump).await;
        let written: Vec<(String, String)> = ["sql", "yaml"]
            .iter()
            .flat_map(|ending| files(&release.join("migrations"), ending))
            .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), text(&path)))
            .collect();
        let written: Vec<(&str, &str)> =
            written.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let midflight = Program::new(&db, &written);
        midflight.ok(&["init", "--accept-database", "--because", "the test restored it"]).await;
        // `old.sql` and `new.sql` have changed the first ten; while it expands there is no new release.
        let changed = if phase == "expanding" { 5 } else { 10 };
        let ledger: Ledger = (1..=ROWS).map(|id| (id, if id <= changed { id + 1000 } else { id })).collect();
        let applications =
            APPLICATIONS.iter().map(|[old, new]| Application::with(old, new, ledger.clone())).collect();
        Self { release: release.to_owned(), phase, db, midflight, applications }
    }

    /// Every stage that is left, up to contract
    async fn goes_forward(mut self) {
        let done = match self.phase {
            "contracted" | "contracting" => 3,
            "rolling_back" => {
                self.rolls_back().await;
                0
            }
            _ => 0,
        };
        let stages = [
            (&["expand", "--release", "1"][..], true, false),
            (&["backfill"], true, true),
            (&["verify"], true, true),
            (&["contract", "--release", "2"], false, true),
        ];
        for (stage, old, new) in &stages[done..] {
            self.stage(stage, *old, *new).await;
        }
        self.wrote(false).await;
        let direct = text(&self.release.join("direct.sql"));
        self.ends_as(&direct, "contracted").await;
    }

    /// Rollback, or the word that there is no way back
    async fn goes_back(mut self) {
        if matches!(self.phase, "contracting" | "contracted") {
            let before = snapshot::catalog(&mut self.db.connect().await).await;
            self.midflight.exits(&["rollback", MIGRATIONS[0]], &[23]).await;
            let after = snapshot::catalog(&mut self.db.connect().await).await;
            assert_same("a refusal changes nothing", &before, &after);
            return self.db.discard().await;
        }
        self.rolls_back().await;
        self.wrote(true).await;
        self.ends_as("", "rolled_back").await;
    }

    /// All of them, newest first
    async fn rolls_back(&mut self) {
        let mut command = vec!["rollback"];
        command.extend(MIGRATIONS.iter().rev());
        self.stage(&command, true, false).await;
    }

    /// A command while the releases write
    async fn stage(&mut self, arguments: &[&str], old: bool, new: bool) {
        self.deploy(old, new).await;
        self.midflight.ok(arguments).await;
    }

    async fn deploy(&mut self, old: bool, new: bool) {
        for application in &mut self.applications {
            application.deploy(&self.db, old, new).await;
        }
    }

    /// Whether each table holds what was written, as a release reads it
    async fn wrote(&mut self, by_old: bool) {
        self.deploy(false, false).await;
        for (application, [old, new]) in self.applications.iter_mut().zip(&APPLICATIONS) {
            application.check(&self.db, if by_old { old } else { new }).await;
        }
    }

    /// The catalog is that of the beginning with these statements run on it, and the phase is this one
    async fn ends_as(self, statements: &str, phase: &str) {
        let idle = TestDb::create().await;
        idle.exec(&text(&self.release.join("before.sql"))).await;
        if !statements.is_empty() {
            idle.exec(statements).await;
        }
        let wanted = snapshot::catalog(&mut idle.connect().await).await;
        let mut conn = self.db.connect().await;
        assert_same(&format!("the catalog, {phase}"), &wanted, &snapshot::catalog(&mut conn).await);
        assert_eq!(snapshot::remains(&mut conn).await, [""; 0], "left, {phase}");
        let found: Vec<(String, String)> =
            sqlx::query_as("SELECT id, phase FROM midflight.migrations ORDER BY id")
                .fetch_all(&mut conn)
                .await
                .unwrap();
        let all: Vec<(String, String)> =
            MIGRATIONS.iter().map(|id| ((*id).to_owned(), phase.to_owned())).collect();
        assert_eq!(found, all);
        drop(conn);
        self.db.discard().await;
        idle.discard().await;
    }
}
