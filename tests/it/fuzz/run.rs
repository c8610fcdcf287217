//! A case through every stage with both releases at work, beside the direct change

use std::collections::{BTreeMap, BTreeSet};

use midflight::compare::{self, Contents};
use sqlx::{AssertSqlSafe, PgConnection};

use super::case::{Back, Case, id, settled};
use super::model::{Release, Schema, Side, Write};
use super::writers::{Moment, Writers};
use crate::support::comparison::{Sides, connect, options, told};
use crate::support::database::TestDb;
use crate::support::inside::{Ended, Inside};
use crate::support::oracle_case::REFUSALS;

/// How a case ends when nothing is wrong
#[derive(Debug, Clone)]
pub enum End {
    /// Every file is contracted, all is as psql leaves it
    Contracted,
    /// A file was refused before anything was changed, and those before it are contracted
    Refused(String),
    /// What somebody did meanwhile was found, and all went back
    Drift,
    /// The case itself is of no use: what it writes does not go with what it changes
    Odd(String),
}

/// Why a case stops early
enum Stop {
    Wrong(String),
    End(End),
}

impl From<String> for Stop {
    fn from(why: String) -> Self {
        Self::Wrong(why)
    }
}

/// What was done to both databases, in its order
#[derive(Debug, Clone)]
enum Act {
    /// With the server's words where it failed
    Write(Write, Option<String>),
    Meddle(Vec<String>),
}

/// A case on its way
pub struct Run<'c> {
    case: &'c Case,
    program: Inside,
    found: TestDb,
    wanted: TestDb,
    sessions: BTreeMap<bool, PgConnection>,
    direct: PgConnection,
    writers: Writers,
    commands: usize,
    writes: usize,
    meddled: bool,
    /// All that happened, for whoever looks at a fault
    pub log: Vec<String>,
}

impl<'c> Run<'c> {
    /// Runs it; gives a right end or what is wrong, and what happened.
    pub async fn of(case: &'c Case, base: &TestDb) -> (Result<End, String>, Vec<String>) {
        let (found, wanted) = (base.copy().await, base.copy().await);
        let mut run = Self {
            program: Inside::new(&found),
            sessions: [(false, found.connect().await), (true, found.connect().await)].into(),
            direct: wanted.connect().await,
            found,
            wanted,
            writers: Writers::new(case.seed ^ 0x5eed),
            case,
            commands: 0,
            writes: 0,
            meddled: false,
            log: Vec::new(),
        };
        let end = match run.whole().await {
            Ok(end) | Err(Stop::End(end)) => Ok(end),
            Err(Stop::Wrong(why)) => Err(why),
        };
        let Self { found, wanted, log, sessions, direct, .. } = run;
        drop((sessions, direct));
        found.discard().await;
        wanted.discard().await;
        (end, log)
    }

    async fn whole(&mut self) -> Result<End, Stop> {
        let files: Vec<usize> = (0..self.case.files.len()).collect();
        let mut old = self.case.schema.clone();
        if !self.case.one_by_one {
            return self.leg(&files, &old).await;
        }
        for at in files {
            match self.leg(&[at], &old).await? {
                End::Contracted => {}
                other => return Ok(other),
            }
            old = settled(self.case.files[at].schema());
            self.writers.next_leg();
        }
        Ok(End::Contracted)
    }

    /// Files that are in flight together, from before expand to after contract
    async fn leg(&mut self, files: &[usize], old: &Schema) -> Result<End, Stop> {
        let mut acts = Vec::new();
        self.both_write(&mut acts, old, old, Moment::BeforeExpand).await?;
        let (mut expanded, mut refused) = (Vec::new(), None);
        for at in files {
            let file = &self.case.files[*at];
            self.program.write(&file.name(*at), &file.text());
            let before = self.contents(&self.found).await;
            let ended = self.command(&["expand", &id(*at), "--release", "a"], &REFUSALS).await?;
            if ended.code != 0 {
                let found = before.differences(&self.contents(&self.found).await);
                if !found.is_empty() {
                    return Err(format!("refused ({}), but changed:\n{}", ended.words, told(&found)).into());
                }
                self.program.remove(&file.name(*at));
                refused = Some(ended.words);
                break;
            }
            expanded.push(*at);
        }
        let Some(last) = expanded.last() else {
            return Ok(End::Refused(refused.unwrap_or_default()));
        };
        let new = self.case.files[*last].schema();
        self.both_write(&mut acts, old, new, Moment::Expanded).await?;
        if self.case.back == Some(Back::Expanded) {
            self.back(&mut acts, &expanded, old, new).await?;
        }
        if self.case.meddles && !self.meddled {
            self.meddle(&mut acts, old, new).await?;
        }
        for at in &expanded {
            self.stage(&["backfill", &id(*at)], &mut acts, &expanded, old, new).await?;
        }
        self.both_write(&mut acts, old, new, Moment::Backfilled).await?;
        if self.case.back == Some(Back::Backfilled) {
            self.back(&mut acts, &expanded, old, new).await?;
            for at in &expanded {
                self.stage(&["backfill", &id(*at)], &mut acts, &expanded, old, new).await?;
            }
        }
        for at in &expanded {
            self.stage(&["contract", &id(*at), "--release", "b"], &mut acts, &expanded, old, new).await?;
        }
        self.directly(&acts, &expanded, old, new).await?;
        let mut after = Vec::new();
        self.both_write(&mut after, old, new, Moment::Contracted).await?;
        self.replay(&after, |write| write.sql(new)).await?;
        self.alike("contracted").await?;
        Ok(refused.map_or(End::Contracted, End::Refused))
    }

    /// The direct change: what went through shared names before, the files, what the new release wrote in its own names
    async fn directly(
        &mut self,
        acts: &[Act],
        files: &[usize],
        old: &Schema,
        new: &Schema,
    ) -> Result<(), Stop> {
        let in_new_names = |act: &Act| matches!(act, Act::Write(write, _) if write.side == Side::New);
        let before: Vec<Act> = acts.iter().filter(|act| !in_new_names(act)).cloned().collect();
        self.replay(&before, |write| write.sql(old)).await?;
        for sql in files.iter().flat_map(|at| self.case.files[*at].direct()) {
            if let Err(error) = sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut self.direct).await {
                return Err(Stop::End(End::Odd(format!(
                    "psql refuses it with these rows: {error}\nin: {sql}"
                ))));
            }
        }
        // of two releases that write one value, the last one wins
        let mut later = BTreeSet::new();
        let mut kept = Vec::new();
        for act in acts.iter().rev() {
            let Act::Write(write, failed) = act else { continue };
            if write.side == Side::New {
                kept.extend(write.without(&later).map(|write| Act::Write(write, failed.clone())));
            } else if failed.is_none() {
                later.extend(write.cells().iter().map(|cell| (write.table, write.row, cell.group)));
            }
        }
        kept.reverse();
        self.replay(&kept, |write| write.sql(new)).await
    }

    /// Rolls all back, looks whether it is as if the new release had written in the old one's names, and begins again
    async fn back(
        &mut self,
        acts: &mut Vec<Act>,
        files: &[usize],
        old: &Schema,
        new: &Schema,
    ) -> Result<(), Stop> {
        self.roll_back(acts, files, old, new).await?;
        self.both_write(acts, old, old, Moment::BeforeExpand).await?;
        for at in files {
            self.command(&["expand", &id(*at), "--release", "c"], &[]).await?;
        }
        self.both_write(acts, old, new, Moment::Expanded).await
    }

    async fn roll_back(
        &mut self,
        acts: &mut Vec<Act>,
        files: &[usize],
        old: &Schema,
        new: &Schema,
    ) -> Result<(), Stop> {
        for at in files.iter().rev() {
            self.command(&["rollback", &id(*at)], &[]).await?;
        }
        let done = std::mem::take(acts);
        self.replay(&done, |write| match write.side {
            Side::Shared => write.sql(old),
            Side::New => write.sql_back(old, new),
        })
        .await?;
        self.alike("rolled back").await
    }

    /// Somebody makes a trigger that sets a column whose type changes.
    async fn meddle(&mut self, acts: &mut Vec<Act>, old: &Schema, new: &Schema) -> Result<(), Stop> {
        let changed = old.tables.iter().find_map(|table| {
            let after = new.table(table.id).filter(|after| after.name == table.name)?;
            let same = |column: &&super::model::Column| {
                table.column(column.id).is_some_and(|one| one.name == column.name)
            };
            if !after.columns.iter().all(|column| same(&column)) || after.columns.len() != table.columns.len()
            {
                return None;
            }
            let fits = |column: &&super::model::Column| {
                column.change.is_some_and(|change| {
                    change.same_literal && (change.from.is_number() || change.from.is_text())
                }) && !column.unique
                    && !column.key
                    && column.refers_to.is_none()
            };
            after.columns.iter().find(fits).map(|column| (table.clone(), column.clone()))
        });
        let Some((table, column)) = changed else { return Ok(()) };
        let sql = vec![
            format!(
                "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.{} := ''4711''; RETURN NEW; END'",
                column.ident()
            ),
            format!(
                "CREATE TRIGGER a_meddle BEFORE UPDATE ON {} FOR EACH ROW WHEN (NEW.{} > 1) EXECUTE FUNCTION meddle()",
                table.ident(),
                table.key().ident()
            ),
        ];
        self.log.extend(sql.iter().map(|sql| format!("-- somebody\n{sql};")));
        self.meddled = true;
        self.found.exec(&sql.join("; ")).await;
        acts.push(Act::Meddle(sql));
        self.both_write(acts, old, new, Moment::Expanded).await
    }

    /// A stage, which succeeds unless somebody meddled
    async fn stage(
        &mut self,
        arguments: &[&str],
        acts: &mut Vec<Act>,
        files: &[usize],
        old: &Schema,
        new: &Schema,
    ) -> Result<(), Stop> {
        let drift: &[i32] = if self.meddled { &[20, 22] } else { &[] };
        if self.command(arguments, drift).await?.code == 0 {
            return Ok(());
        }
        self.roll_back(acts, files, old, new).await?;
        Err(Stop::End(End::Drift))
    }

    /// A command that ends with 0, or with one of these codes
    async fn command(&mut self, arguments: &[&str], others: &[i32]) -> Result<Ended, Stop> {
        let number = self.commands;
        self.commands += 1;
        if let Some((_, after)) = self.case.kill.filter(|(killed, _)| *killed == number) {
            let killed = self.program.kill_after(arguments, std::time::Duration::from_millis(after)).await;
            self.log.push(format!(
                "-- {}: {}",
                arguments.join(" "),
                if killed { "killed" } else { "too quick to be killed" }
            ));
        }
        let ended = self.program.run(arguments).await;
        self.log.push(format!("-- midflight {}: exit {}", arguments.join(" "), ended.code));
        if ended.code != 0 && !others.contains(&ended.code) {
            return Err(format!("`{}` ends with {}: {}", arguments.join(" "), ended.code, ended.words).into());
        }
        Ok(ended)
    }

    async fn both_write(
        &mut self,
        acts: &mut Vec<Act>,
        old: &Schema,
        new: &Schema,
        moment: Moment,
    ) -> Result<(), Stop> {
        for write in self.writers.write(old, new, moment) {
            let is_new = write.release == Release::New;
            let Some(sql) = write.sql(if is_new { new } else { old }) else { continue };
            if self.case.most_writes == Some(self.writes) {
                break;
            }
            self.writes += 1;
            let Some(session) = self.sessions.get_mut(&is_new) else { continue };
            let whole = format!("SET TimeZone = '{}'; {sql}", write.zone);
            let done = sqlx::raw_sql(AssertSqlSafe(whole)).execute(session).await;
            let failed = done.err().map(|error| error.to_string());
            let name = if is_new { "N+1" } else { "N" };
            self.log.push(format!(
                "-- {name} in {}{}\n{sql};",
                write.zone,
                failed.as_ref().map_or_else(String::new, |why| format!(": {why}"))
            ));
            acts.push(Act::Write(write, failed));
        }
        Ok(())
    }

    /// What happened, on the database that psql changes
    async fn replay(&mut self, acts: &[Act], spell: impl Fn(&Write) -> Option<String>) -> Result<(), Stop> {
        for act in acts {
            match act {
                Act::Meddle(sql) => self.wanted.exec(&sql.join("; ")).await,
                Act::Write(write, failed) => {
                    let Some(sql) = spell(write) else { continue };
                    let whole = format!("SET TimeZone = '{}'; {sql}; RESET TimeZone", write.zone);
                    let done = sqlx::raw_sql(AssertSqlSafe(whole)).execute(&mut self.direct).await;
                    match (done, failed) {
                        (Ok(_), None) | (Err(_), Some(_)) => {}
                        (Ok(_), Some(why)) => {
                            return Err(format!(
                                "a statement of release {:?} fails: {why}\nin: {sql}",
                                write.release
                            )
                            .into());
                        }
                        (Err(error), None) => {
                            return Err(Stop::End(End::Odd(format!(
                                "a statement that fails directly: {error}\nin: {sql}"
                            ))));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    async fn contents(&self, db: &TestDb) -> Contents {
        compare::read(&mut connect(db).await, &options()).await.unwrap()
    }

    async fn alike(&self, when: &str) -> Result<(), Stop> {
        let found = self.contents(&self.wanted).await.differences(&self.contents(&self.found).await);
        if found.is_empty() {
            return Ok(());
        }
        let found = Sides::of(&self.wanted, &self.found).await.differences(&options()).await;
        Err(format!("{when}, the direct change (first) differs:\n{}", told(&found)).into())
    }
}
