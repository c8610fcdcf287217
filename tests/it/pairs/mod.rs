//! Every operation with every other on one table: in one file, in two files in flight together, and with the second
//! one rolled back in between. Each ends as psql would end, or is refused before anything is changed.
//!
//! By default a sample runs. `MIDFLIGHT_PAIRS=all` runs all of them, `MIDFLIGHT_PAIRS=20` one of twenty,
//! `MIDFLIGHT_PAIRS="FIRST SECOND"` one (`*` is any).

mod operations;

use std::collections::BTreeMap;
use std::fmt;

use midflight::compare::{self, Contents};
use sqlx::AssertSqlSafe;

use crate::support::comparison::{connect, options, told};
use crate::support::database::TestDb;
use crate::support::inside::{self, Ended, Inside};
use crate::support::oracle_case::REFUSALS;
use operations::{OPERATIONS, Operation};

const SETUP: &str = include_str!("../../pairs/setup.sql");
const NOT_YET: &str = include_str!("../../pairs/not-yet.txt");

/// What release N does meanwhile, which no operation forbids
const OLD_RELEASE: &[&str] = &[
    "UPDATE t SET a = 40 WHERE id = 2",
    "UPDATE t SET \"B\" = 'new', gone = 'two words' WHERE id = 3",
    "UPDATE t SET n = n + 20 WHERE id IN (4, 5)",
    "UPDATE t SET e = 'sad', p = 3, at = '2026-07-01 12:00' WHERE id = 6",
];

/// The same with rows of its own, for each moment
fn old_release(moment: u32) -> Vec<String> {
    let mut sql: Vec<String> = OLD_RELEASE.iter().map(ToString::to_string).collect();
    let id = 20 + moment;
    sql.push(format!(
        "INSERT INTO t (id, a, \"B\", n, e, p, at, gone) VALUES ({id}, 2, 'x', {id}, 'ok', 1, NULL, 'a b')"
    ));
    sql
}

/// How two operations meet
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Meeting {
    /// In one file
    OneFile,
    /// In two files, both in flight, contracted in their order
    TwoFiles,
    /// The same, the second is rolled back before the first is contracted
    Back,
}

impl Meeting {
    const ALL: [Self; 3] = [Self::OneFile, Self::TwoFiles, Self::Back];

    /// Whether the second file was refused beside the first
    fn stops_second(self, end: &Result<End, String>) -> bool {
        self == Self::TwoFiles && matches!(end, Ok(End::Refused(_) | End::NoSuchPair))
    }
}

impl fmt::Display for Meeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OneFile => "one_file",
            Self::TwoFiles => "two_files",
            Self::Back => "back",
        })
    }
}

/// A right end
#[derive(Debug, Clone)]
enum End {
    /// As psql ends
    Direct,
    /// Refused, nothing changed: the first line of the message
    Refused(String),
    /// psql refuses it as well
    NoSuchPair,
    /// psql refuses it because of a view, which midflight makes again
    Beyond,
}

/// What psql makes of a pair
enum ByPsql {
    Takes(Contents),
    Refuses,
    /// A view shows a column whose type changes: midflight may go further than PostgreSQL.
    RefusesForView,
}

/// Which pairs run
enum Wanted {
    /// One of so many
    Sample(usize),
    Some(String, String),
}

impl Wanted {
    fn from_environment() -> Self {
        match std::env::var("MIDFLIGHT_PAIRS").ok().as_deref() {
            None | Some("") => Self::Sample(97),
            Some("all") => Self::Sample(1),
            Some(text) => match (text.split_once(' '), text.parse()) {
                (Some((first, second)), _) => Self::Some(first.to_owned(), second.to_owned()),
                (None, Ok(share)) => Self::Sample(share),
                (None, Err(_)) => panic!("MIDFLIGHT_PAIRS is `all`, a number or two names"),
            },
        }
    }

    /// The sample is spread over all rows and columns of the square.
    fn takes(&self, first: usize, second: usize) -> bool {
        let named = |wanted: &str, at: usize| wanted == "*" || wanted == OPERATIONS[at].name;
        match self {
            Self::Sample(share) => (first * 17 + second * 31).is_multiple_of(*share),
            Self::Some(one, other) => named(one, first) && named(other, second),
        }
    }
}

/// A test for a part of the square: they run side by side.
macro_rules! parts {
    ($($name:ident $at:literal),*) => {
        $(#[tokio::test]
        async fn $name() {
            part($at).await;
        })*
        const PARTS: usize = [$($at),*].len();
    };
}

parts! { part_1 0, part_2 1, part_3 2, part_4 3 }

async fn part(number: usize) {
    let wanted = Wanted::from_environment();
    let mut failed = Vec::new();
    let mut tally = BTreeMap::<String, u32>::new();
    let world = World::make().await;
    for first in (0..OPERATIONS.len()).filter(|first| first % PARTS == number) {
        let mut alone = None;
        for second in (0..OPERATIONS.len()).filter(|second| wanted.takes(first, *second)) {
            let pair = Pair { first: &OPERATIONS[first], second: &OPERATIONS[second] };
            if alone.is_none() {
                alone = Some(pair.direct(&world, 1).await);
            }
            let Some(alone) = &alone else { continue };
            for (meeting, end) in pair.meet(&world, alone).await {
                let line = format!("{meeting} {} {}", pair.first.name, pair.second.name);
                let listed = not_yet().any(|one| one == line);
                match (end, listed) {
                    (Ok(end), false) => *tally.entry(end.kind(meeting)).or_default() += 1,
                    (Ok(end), true) => {
                        failed.push(format!("{line}: {end:?}: take it off tests/pairs/not-yet.txt"));
                    }
                    (Err(_), true) => *tally.entry(format!("{meeting}: not yet")).or_default() += 1,
                    (Err(why), false) => {
                        println!("WRONG {line}: {why}\n");
                        failed.push(line);
                    }
                }
            }
        }
    }
    for (kind, count) in tally {
        println!("{count:5} {kind}");
    }
    assert!(failed.is_empty(), "{} wrong:\n{}", failed.len(), failed.join("\n"));
}

/// Pairs that fail today
fn not_yet() -> impl Iterator<Item = &'static str> {
    NOT_YET.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[test]
fn what_fails_today_is_a_pair() {
    let known = |name: &str| OPERATIONS.iter().any(|operation| operation.name == name);
    for line in not_yet() {
        let words: Vec<&str> = line.split(' ').collect();
        let [meeting, first, second] = words[..] else { panic!("not a pair: {line}") };
        assert!(known(first) && known(second), "{line}");
        assert!(Meeting::ALL.iter().any(|one| one.to_string() == meeting), "{line}");
    }
}

impl End {
    fn kind(&self, meeting: Meeting) -> String {
        match self {
            Self::Direct => format!("{meeting}: as psql"),
            Self::Refused(why) => format!("{meeting}: refused: {}", why.lines().next().unwrap_or_default()),
            Self::NoSuchPair => format!("{meeting}: psql refuses it"),
            Self::Beyond => format!("{meeting}: goes through, psql can't change what a view shows"),
        }
    }
}

/// What all pairs start from
struct World {
    before: TestDb,
}

impl World {
    async fn make() -> Self {
        let before = TestDb::create().await;
        before.exec(SETUP).await;
        Self { before }
    }
}

struct Pair {
    first: &'static Operation,
    second: &'static Operation,
}

impl Pair {
    /// `first` is what psql makes of the first alone.
    async fn meet(&self, world: &World, first: &ByPsql) -> Vec<(Meeting, Result<End, String>)> {
        let both = self.direct(world, 2).await;
        let mut ends: Vec<(Meeting, Result<End, String>)> = Vec::new();
        for meeting in Meeting::ALL {
            let end = match (meeting, self.files(meeting), first) {
                (Meeting::Back, ..) if self.second.left_by_rollback => continue,
                // nothing to go back from
                (Meeting::Back, ..) if ends.iter().any(|(last, end)| last.stops_second(end)) => continue,
                (_, Err(why), _) => Ok(End::Refused(why)),
                (Meeting::OneFile, Ok(files), _) => self.in_one_file(world, &files, &both).await,
                (Meeting::TwoFiles | Meeting::Back, Ok(files), ByPsql::Takes(first)) => {
                    self.in_two_files(world, meeting, &files, first, &both).await
                }
                (Meeting::TwoFiles | Meeting::Back, Ok(_), ByPsql::Refuses | ByPsql::RefusesForView) => {
                    continue;
                }
            };
            ends.push((meeting, end));
        }
        ends
    }

    /// What psql makes of the first, or of both.
    async fn direct(&self, world: &World, count: usize) -> ByPsql {
        let db = world.before.copy().await;
        let mut conn = db.connect().await;
        let sql = [self.first.direct_after(None), self.second.direct_after(Some(self.first))];
        for moment in 1..=3 {
            for statement in old_release(moment) {
                sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut conn).await.unwrap();
            }
        }
        let mut refused = None;
        for statement in sql[..count].iter().flat_map(|text| text.split(";\n")) {
            let done = sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut conn).await;
            if let Err(error) = done {
                refused =
                    Some(error.as_database_error().and_then(|error| error.code()) == Some("0A000".into()));
                break;
            }
        }
        drop(conn);
        let by_psql = match refused {
            None => ByPsql::Takes(contents(&db).await),
            Some(true) => ByPsql::RefusesForView,
            Some(false) => ByPsql::Refuses,
        };
        db.discard().await;
        by_psql
    }

    /// The files, in their order
    fn files(&self, meeting: Meeting) -> Result<Vec<(String, String)>, String> {
        let texts = [self.first.written_after(None), self.second.written_after(Some(self.first))];
        let yaml = [self.first.is_yaml(), self.second.is_yaml()];
        let named = |at: usize, yaml: bool| format!("000{}.{}", at + 1, if yaml { "yaml" } else { "sql" });
        if meeting != Meeting::OneFile {
            return Ok((0..2).map(|at| (named(at, yaml[at]), texts[at].clone() + "\n")).collect());
        }
        if !yaml.contains(&true) {
            return Ok(vec![(named(0, false), texts.join(";\n") + ";\n")]);
        }
        let mut whole = String::from("operations:\n");
        for (text, yaml) in texts.into_iter().zip(yaml) {
            whole += &if yaml { text.replacen("operations:\n", "", 1) } else { inside::entries(&text)? };
        }
        Ok(vec![(named(0, true), whole)])
    }

    async fn in_one_file(
        &self,
        world: &World,
        files: &[(String, String)],
        wanted: &ByPsql,
    ) -> Result<End, String> {
        let run = Run::start(world, files).await;
        let end = async {
            run.writes(1).await?;
            if let Some(refused) = run.expand("0001").await? {
                return run.refused(refused, wanted);
            }
            if matches!(wanted, ByPsql::Refuses) {
                return Err("expanded, psql refuses it".to_owned());
            }
            run.writes(2).await?;
            run.succeeds(&["backfill", "0001"]).await?;
            run.writes(3).await?;
            run.succeeds(&["contract", "0001", "--release", "b"]).await?;
            run.ends_as("contracted", wanted).await
        };
        let end = end.await;
        run.db.discard().await;
        end
    }

    async fn in_two_files(
        &self,
        world: &World,
        meeting: Meeting,
        files: &[(String, String)],
        first: &Contents,
        both: &ByPsql,
    ) -> Result<End, String> {
        let run = Run::start(world, files).await;
        let end = async {
            run.writes(1).await?;
            if let Some(refused) = run.expand("0001").await? {
                // alone; the pair says nothing more
                return run.refused(refused, &ByPsql::Refuses);
            }
            run.writes(2).await?;
            let second = run.expand("0002").await?;
            if second.is_none() && matches!(both, ByPsql::Refuses) {
                return Err("0002 is expanded, psql refuses it".to_owned());
            }
            let stages: &[&[&str]] = match (&second, meeting) {
                (Some(_), _) => &[&["backfill", "0001"], &["contract", "0001", "--release", "b"]],
                (None, Meeting::Back) => &[
                    &["backfill", "0001"],
                    &["backfill", "0002"],
                    &["rollback", "0002"],
                    &["contract", "0001", "--release", "b"],
                ],
                (None, _) => &[
                    &["backfill", "0001"],
                    &["backfill", "0002"],
                    &["contract", "0001", "--release", "b"],
                    &["contract", "0002", "--release", "c"],
                ],
            };
            for stage in stages {
                if stage[0] == "contract" && stage[1] == "0001" {
                    run.writes(3).await?;
                }
                run.succeeds(stage).await?;
            }
            match (second, meeting) {
                (Some(refused), _) => {
                    run.is_as("0002 refused, 0001 contracted", first).await?;
                    run.refused(refused, both)
                }
                (None, Meeting::Back) => {
                    run.is_as("0002 rolled back, 0001 contracted", first).await.map(|()| End::Direct)
                }
                (None, Meeting::OneFile | Meeting::TwoFiles) => run.ends_as("both contracted", both).await,
            }
        };
        let end = end.await;
        run.db.discard().await;
        end
    }
}

/// A pair on its way
struct Run {
    db: TestDb,
    program: Inside,
}

impl Run {
    async fn start(world: &World, files: &[(String, String)]) -> Self {
        let db = world.before.copy().await;
        let program = Inside::new(&db);
        for (name, text) in files {
            program.write(name, text);
        }
        Self { db, program }
    }

    /// Release N at work
    async fn writes(&self, moment: u32) -> Result<(), String> {
        let mut conn = self.db.connect().await;
        for sql in old_release(moment) {
            let done = sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut conn).await;
            done.map_err(|error| format!("release N fails: {error}\n  in: {sql}"))?;
        }
        Ok(())
    }

    /// Expands a file; gives the refusal, which has to leave the database as it was.
    async fn expand(&self, id: &str) -> Result<Option<Ended>, String> {
        let before = contents(&self.db).await;
        let ended = self.program.run(&["expand", id, "--release", "a"]).await;
        if ended.code == 0 {
            return Ok(None);
        }
        if !REFUSALS.contains(&ended.code) {
            return Err(format!("expand {id} ends with {}: {}", ended.code, ended.words));
        }
        self.is_as("refused", &before).await?;
        Ok(Some(ended))
    }

    fn refused(&self, ended: Ended, by_psql: &ByPsql) -> Result<End, String> {
        Ok(match by_psql {
            ByPsql::Takes(_) | ByPsql::RefusesForView => End::Refused(ended.words),
            ByPsql::Refuses => End::NoSuchPair,
        })
    }

    async fn ends_as(&self, when: &str, by_psql: &ByPsql) -> Result<End, String> {
        match by_psql {
            ByPsql::Takes(wanted) => self.is_as(when, wanted).await.map(|()| End::Direct),
            ByPsql::RefusesForView => Ok(End::Beyond),
            ByPsql::Refuses => Err(format!("{when}, psql refuses it")),
        }
    }

    async fn succeeds(&self, arguments: &[&str]) -> Result<(), String> {
        let ended = self.program.run(arguments).await;
        if ended.code == 0 {
            return Ok(());
        }
        Err(format!("`{}` ends with {}: {}", arguments.join(" "), ended.code, ended.words))
    }

    async fn is_as(&self, when: &str, wanted: &Contents) -> Result<(), String> {
        let found = wanted.differences(&contents(&self.db).await);
        if found.is_empty() {
            Ok(())
        } else {
            Err(format!("{when}, psql (first) differs:\n{}", told(&found)))
        }
    }
}

async fn contents(db: &TestDb) -> Contents {
    compare::read(&mut connect(db).await, &options()).await.unwrap()
}
