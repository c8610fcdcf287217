//! A case: a schema, files, and what happens meanwhile, all from one number

use fastrand::Rng;
use sqlx::{AssertSqlSafe, PgConnection};

use super::model::Schema;
use super::setup::{Fresh, Setup};
use super::statements::{Proposal, Proposer, Written};
use crate::support::database::TestDb;
use crate::support::inside::entries;

/// What one number stands for
#[derive(Clone)]
pub struct Case {
    pub seed: u64,
    pub setup: Vec<String>,
    pub schema: Schema,
    pub features: Vec<&'static str>,
    pub files: Vec<File>,
    /// Each file to its end before the next, or all in flight
    pub one_by_one: bool,
    /// When all that is in flight is rolled back, and begun again
    pub back: Option<Back>,
    /// Which command is killed, and after how many milliseconds
    pub kill: Option<(usize, u64)>,
    /// Somebody makes a trigger on a column that is being changed
    pub meddles: bool,
    /// Both releases stop writing after so many statements
    pub most_writes: Option<usize>,
}

/// A migration file
#[derive(Clone)]
pub struct File {
    pub is_yaml: bool,
    pub proposals: Vec<Proposal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    Expanded,
    Backfilled,
}

impl Case {
    /// The case of a number, and a database as it is before
    pub async fn from_seed(seed: u64) -> (Self, TestDb) {
        let mut rng = Rng::with_seed(seed);
        let mut fresh = Fresh::default();
        let setup = Setup::by_chance(&mut rng, &mut fresh);
        let base = TestDb::create().await;
        for sql in &setup.sql {
            base.exec(sql).await;
        }
        let mut case = Self {
            seed,
            schema: setup.schema,
            setup: setup.sql,
            features: setup.features.into_iter().collect(),
            files: Vec::new(),
            one_by_one: rng.bool(),
            back: [None, None, None, Some(Back::Expanded), Some(Back::Backfilled)][rng.usize(0..5)],
            kill: (rng.u32(0..6) == 0).then(|| (rng.usize(0..4), rng.u64(5..150))),
            meddles: rng.u32(0..12) == 0,
            most_writes: None,
        };
        let scratch = base.copy().await;
        let mut conn = scratch.connect().await;
        for _ in 0..[1, 1, 2, 2, 3][rng.usize(0..5)] {
            case.add_file(&mut rng, &mut fresh, &mut conn).await;
        }
        drop(conn);
        scratch.discard().await;
        (case, base)
    }

    async fn add_file(&mut self, rng: &mut Rng, fresh: &mut Fresh, conn: &mut PgConnection) {
        let is_yaml = rng.u32(0..3) == 0;
        let wanted = rng.usize(1..=4);
        let before = self
            .files
            .last()
            .and_then(|file| file.proposals.last())
            .map_or(&self.schema, |last| &last.schema);
        let before = if self.one_by_one { settled(before) } else { before.clone() };
        let old = if self.one_by_one { before.clone() } else { self.schema.clone() };
        let mut file = File { is_yaml, proposals: Vec::new() };
        for _ in 0..wanted * 8 {
            let schema = file.proposals.last().map_or(&before, |last| &last.schema);
            let mut proposer = Proposer { rng, fresh, schema, old: &old, conn };
            let Some(proposal) = proposer.propose().await else { continue };
            let fits = match &proposal.written {
                Written::Sql(sql) => !is_yaml || entries(sql).is_ok(),
                Written::Yaml(_) => is_yaml,
            };
            if fits && !(proposal.leaves && self.back.is_some()) && takes(conn, &proposal.direct).await {
                file.proposals.push(proposal);
            }
            if file.proposals.len() == wanted {
                break;
            }
        }
        if !file.proposals.is_empty() {
            self.files.push(file);
        }
    }
}

impl File {
    pub fn name(&self, at: usize) -> String {
        format!("{}.{}", id(at), if self.is_yaml { "yaml" } else { "sql" })
    }

    /// As midflight reads it
    pub fn text(&self) -> String {
        let entry = |proposal: &Proposal| match &proposal.written {
            Written::Sql(sql) if self.is_yaml => entries(sql).unwrap(),
            Written::Sql(sql) => format!("{sql};\n"),
            Written::Yaml(entry) => entry.clone(),
        };
        let entries: String = self.proposals.iter().map(entry).collect();
        if self.is_yaml { format!("operations:\n{entries}") } else { entries }
    }

    /// As psql runs it
    pub fn direct(&self) -> impl Iterator<Item = &String> {
        self.proposals.iter().flat_map(|proposal| &proposal.direct)
    }

    /// The schema after it
    pub fn schema(&self) -> &Schema {
        &self.proposals.last().expect("a file has statements").schema
    }
}

/// The id of the file at a place
pub fn id(at: usize) -> String {
    format!("{:04}", at + 1)
}

/// The schema once nothing is in flight
pub fn settled(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    for column in schema.tables.iter_mut().flat_map(|table| &mut table.columns) {
        (column.group, column.change, column.computed, column.gives_back) = (column.id, None, false, None);
    }
    schema
}

/// Whether PostgreSQL takes the statements; else nothing of them stays.
async fn takes(conn: &mut PgConnection, statements: &[String]) -> bool {
    sqlx::raw_sql("BEGIN").execute(&mut *conn).await.unwrap();
    for sql in statements {
        if sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut *conn).await.is_err() {
            sqlx::raw_sql("ROLLBACK").execute(&mut *conn).await.unwrap();
            return false;
        }
    }
    sqlx::raw_sql("COMMIT").execute(&mut *conn).await.is_ok()
}
