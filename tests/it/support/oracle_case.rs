//! A folder of `tests/oracle`: what is there before, and one file or several

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use midflight::compare::{self, Contents, Options, Volatile};
use midflight::ephemeral::Binaries;

use super::comparison::{Sides, connect, options, told};
use super::database::TestDb;
use super::program::{Program, Ran};

/// Refused before anything was changed.
pub const REFUSALS: [i32; 3] = [2, 21, 23];

/// One folder. The README names the files.
pub struct OracleCase {
    /// Kind and name
    pub name: String,
    pub folder: PathBuf,
    /// The migrations, in their order
    pub files: Vec<File>,
    options: Options,
}

/// A migration
pub struct File {
    /// Its id
    pub id: String,
    name: String,
    text: String,
    /// What psql runs for it
    direct: PathBuf,
    /// The file itself is SQL that psql runs
    pub is_plain: bool,
}

/// What psql makes of a file
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Psql {
    /// It takes it
    Takes,
    /// It stops at an error
    Refuses,
}

impl OracleCase {
    /// Reads it
    pub fn read(name: &str) -> Self {
        let folder = root().join(name);
        let mut names: Vec<String> = fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{name}: {error}"))
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|file| file.starts_with('0') || file.starts_with("migration."))
            .collect();
        names.sort();
        assert!(!names.is_empty(), "{name} has no migration");
        let file = |name: String| {
            let path = folder.join(&name);
            let direct =
                folder.join(format!("direct{}", name.trim_start_matches("migration"))).with_extension("sql");
            // `migration.sql` would be named by its folder
            let named = name.replace("migration", "0001_migration");
            File {
                id: named.split('.').next().unwrap().to_owned(),
                text: fs::read_to_string(&path).unwrap(),
                is_plain: !direct.exists(),
                direct: if direct.exists() { direct } else { path },
                name: named,
            }
        };
        let volatile = fs::read_to_string(folder.join("volatile")).unwrap_or_default();
        let volatile = volatile.lines().map(|line| {
            let (relation, column) = line.rsplit_once(' ').unwrap_or((line, "*"));
            let column = (column != "*").then(|| column.to_owned());
            Volatile { relation: relation.to_owned(), column }
        });
        let options = Options { volatile: volatile.collect(), ..options() };
        Self { name: name.to_owned(), files: names.into_iter().map(file).collect(), folder, options }
    }

    /// Every folder: `kind/name`, sorted
    pub fn names() -> Vec<String> {
        let folders = |path: &Path| -> Vec<PathBuf> {
            let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
            entries.filter(|path| path.is_dir()).collect()
        };
        let name = |path: &PathBuf| path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
        let mut names: Vec<String> =
            folders(&root()).iter().flat_map(|kind| folders(kind)).map(|path| name(&path)).collect();
        names.sort();
        names
    }

    /// Whether the server knows what the folder is about: `since` names the first major version that does
    pub fn fits_the_server(&self) -> bool {
        let since = fs::read_to_string(self.folder.join("since")).unwrap_or_default();
        let since: u32 = since.trim().parse().unwrap_or_default();
        Binaries::find().unwrap().major >= since
    }

    /// A database as it is before
    pub async fn database(&self) -> TestDb {
        let db = TestDb::create().await;
        let setup = self.folder.join("setup.sql");
        assert_eq!(psql(&db, &setup).await, Psql::Takes, "{}: setup.sql", self.name);
        db
    }

    /// A project with these files
    pub fn program(&self, db: &TestDb, files: &[File]) -> Program {
        let program = Program::new(db, &[]);
        for file in files {
            program.write(&file.name, &file.text);
        }
        if let Ok(settings) = fs::read_to_string(self.folder.join("midflight.yaml")) {
            program.write("midflight.yaml", &settings);
        }
        program
    }

    /// Codes with which it may be refused, though psql takes it
    fn accepted(&self, marker: &str) -> Vec<i32> {
        let text = fs::read_to_string(self.folder.join(marker)).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default();
        line.split(' ').filter_map(|code| code.parse().ok()).collect()
    }

    /// Looks whether a refusal of a file, or of files together, is right: psql refuses as well, or the folder accepts it
    pub fn judge(&self, ran: &Ran, marker: &str, by_psql: Psql) -> Result<(), String> {
        if !REFUSALS.contains(&ran.code) {
            return Err(format!("exit {}: {}{}", ran.code, ran.stdout, ran.stderr));
        }
        if by_psql == Psql::Refuses || self.accepted(marker).contains(&ran.code) {
            return Ok(());
        }
        Err(format!("refused (exit {}), psql takes it:\n{}", ran.code, ran.stderr))
    }

    /// All that a database has
    pub async fn contents(&self, db: &TestDb) -> Contents {
        compare::read(&mut connect(db).await, &self.options).await.unwrap()
    }

    /// Whether a database is still what it was
    pub async fn unchanged(&self, when: &str, before: &Contents, db: &TestDb) -> Result<(), String> {
        let found = before.differences(&self.contents(db).await);
        if found.is_empty() { Ok(()) } else { Err(format!("{when}, changed (second):\n{}", told(&found))) }
    }

    /// Whether two databases are alike
    pub async fn alike(&self, when: &str, wanted: &TestDb, found: &TestDb) -> Result<(), String> {
        let found = Sides::of(wanted, found).await.differences(&self.options).await;
        if found.is_empty() {
            Ok(())
        } else {
            Err(format!("{when}, psql (first) differs:\n{}", told(&found)))
        }
    }

    /// What rollback leaves, done to a database as it is before
    pub async fn leave(&self, db: &TestDb) {
        self.leave_by(db, "left_by_rollback.sql").await;
    }

    /// What rollback of a later file leaves
    pub async fn leave_by(&self, db: &TestDb, file: &str) {
        let left = self.folder.join(file);
        if left.exists() {
            assert_eq!(psql(db, &left).await, Psql::Takes, "{}: {file}", self.name);
        }
    }
}

impl File {
    /// Runs it as psql does
    pub async fn by_psql(&self, db: &TestDb) -> Psql {
        psql(db, &self.direct).await
    }
}

/// The folder of all
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle")
}

/// Runs a file by psql, up to its first error
pub async fn psql(db: &TestDb, path: &Path) -> Psql {
    let program = Binaries::find().map(|found| found.dir.join("psql")).ok().filter(|psql| psql.exists());
    let mut command = Command::new(program.unwrap_or_else(|| PathBuf::from("psql")));
    command
        .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &db.url(), "-f"])
        .arg(path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let status = tokio::process::Command::from(command).status().await.unwrap();
    match status.code() {
        Some(0) => Psql::Takes,
        Some(3) => Psql::Refuses,
        code => panic!("psql ended with {code:?}"),
    }
}
