//! Expressions that read the session: `seen_at::timestamptz` gives one value in Berlin and another in Tokyo, so two
//! releases, backfill and verification would not agree about a row. The server judges: it has resolved every call and
//! every cast of the compiled expression, and knows what each promises. `pg::session` knows where that promise is wrong,
//! in both directions.

mod known;
mod uses;

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Row;

use self::known::{Function, Type, Volatility};
use self::uses::{Use, uses};
use super::search_path;
use crate::config::Settings;
use crate::db::{Session, users_statement};
use crate::error::{Error, Result};
use crate::migration::Migration;
use crate::migration::source::Span;
use crate::pg::node_tree;
use crate::pg::session::{Reads, TWO_SESSIONS, function, json_of, pattern_reads, text_of, value_of};
use crate::plan::{Conversion, Plan, Trial};

/// Functions that call functions: deeper than this nobody looks.
const DEEPEST: usize = 8;

/// Rows on which functions of other makers are tried.
const SAMPLE: u32 = 1000;

/// Judges every expression of a plan, in a transaction that is rolled back. Gives what the user should know of them.
///
/// # Errors
/// Exit 23 for an expression that reads the session, with the form to write.
pub(super) async fn check(
    session: &mut Session,
    settings: &Settings,
    migration: &Migration,
    plan: &Plan,
) -> Result<Vec<String>> {
    if plan.trials.iter().all(|trial| trial.function.is_empty()) {
        return Ok(Vec::new());
    }
    session.begin(settings.lock.timeout.0, &search_path(settings)).await?;
    let outcome = judge_all(session, migration, plan).await;
    session.rollback().await;
    outcome
}

async fn judge_all(session: &mut Session, migration: &Migration, plan: &Plan) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    for trial in &plan.trials {
        // One that doesn't compile is told in its place, with the character that is wrong.
        if session.run(&trial.sql).await.is_err() {
            return Ok(notes);
        }
        if trial.function.is_empty() {
            continue;
        }
        let found = judge(session, trial).await?;
        if let Some(first) = found.reads.first() {
            return Err(refused(trial, first, migration));
        }
        notes.extend(found.opaque.iter().map(|function| {
            format!(
                "{} calls {function}, into which midflight can't look: it must give the same value in every session, whatever \
                 its TimeZone, search_path and role",
                trial.what
            )
        }));
    }
    notes.dedup();
    if !notes.is_empty() {
        for work in plan.backfill.iter().filter(|work| !work.probe.is_empty()) {
            if differs_on_rows(session, work).await? {
                let message = format!(
                    "a value of {} is another one where TimeZone, DateStyle or the like differ",
                    work.table
                );
                let hint = "have the functions that it calls make these settings themselves (`ALTER FUNCTION … SET TimeZone = …`)";
                return Err(Error::refused(message).details(notes).hint(hint));
            }
        }
    }
    Ok(notes)
}

/// Functions that nobody can look into are tried: on some rows, as two sessions would. A row's binary form depends on no
/// setting.
async fn differs_on_rows(session: &mut Session, work: &Conversion) -> Result<bool> {
    let digest = format!(
        "SELECT pg_catalog.md5(pg_catalog.string_agg(pg_catalog.md5(pg_catalog.record_send(ROW({}))), '')) \
         FROM (SELECT * FROM {} LIMIT {SAMPLE}) AS sample",
        work.probe.join(", "),
        work.rows_of()
    );
    let mut digests: Vec<Option<String>> = Vec::new();
    for settings in TWO_SESSIONS {
        session.run("SAVEPOINT sample").await?;
        session.run(settings).await?;
        match session.rows(&digest).await {
            Ok(rows) => digests.extend(rows.first().map(|row| row.get::<Option<String>, _>(0))),
            // A row that can't be converted is told in its place.
            Err(error) if error.as_database_error().is_some() => {}
            Err(error) => return Err(error.into()),
        }
        session.rollback_to("sample").await?;
    }
    Ok(matches!(digests.as_slice(), [one, other] if one != other))
}

fn refused(trial: &Trial, reads: &Reading, migration: &Migration) -> Error {
    let message = format!(
        "{} reads the session: {}. Each writer would get a value of its own, and so would backfill",
        trial.what, reads.what
    );
    let setting = reads.settings.split(' ').next().unwrap_or_default();
    let own = format!(
        "write it as an IMMUTABLE function that makes the setting itself (`CREATE FUNCTION … SET {setting} = …`), in a \
         migration before this one"
    );
    let hint = match &trial.instead {
        Some(form) if form.contains("AT TIME ZONE") => {
            format!("write `{form}`, with the zone that the values are meant in")
        }
        Some(form) => format!("write `{form}`"),
        None if is_setting(setting) => own,
        None if reads.what.contains("constant") => {
            "write dates as `'2026-01-31'`, and moments with their zone: `'2026-01-31 12:00+00'`".to_owned()
        }
        None => {
            "leave it to a DEFAULT of the column: it is evaluated once, where the row is written".to_owned()
        }
    };
    Error::refused(message).hint(hint).at(&migration.source, Span::new(trial.start, trial.end))
}

/// Whether it is the name of a setting, and not of something else that differs.
fn is_setting(name: &str) -> bool {
    name.contains('_') || ["TimeZone", "DateStyle", "IntervalStyle", "xmloption"].contains(&name)
}

/// Something that an expression reads of the session.
#[derive(Debug)]
struct Reading {
    /// In words.
    what: String,
    /// The settings that decide; empty where it is something else.
    settings: String,
}

/// What was found out about an expression.
#[derive(Debug, Default)]
struct Found {
    /// What it reads.
    reads: Vec<Reading>,
    /// Functions that are not PostgreSQL's, and may do anything.
    opaque: BTreeSet<String>,
}

async fn judge(session: &mut Session, trial: &Trial) -> Result<Found> {
    let mut found = Found::default();
    let (body, returns) = compiled(session, trial).await?;
    let Some(tree) = node_tree::parse(&body) else { return Ok(found) };
    let (mut found_uses, gives) = uses(&tree);
    // What the function gives is assigned to its result, and that is no part of its body.
    for from in &gives {
        match known::assignment(session, *from, returns).await? {
            None => {}
            Some(Some(function)) => {
                found_uses.push(Use::Call {
                    function,
                    arguments: vec![*from],
                    unknown: false,
                    constants: Vec::new(),
                });
            }
            Some(None) => found_uses.push(Use::ThroughText { from: vec![*from], to: returns }),
        }
    }
    look_into(session, found_uses, &mut found).await?;
    if found.reads.is_empty() && compiled_elsewhere(session, trial, &body).await? {
        found.reads.push(Reading {
            what: "one of its constants has another value where TimeZone or DateStyle differ".to_owned(),
            settings: String::new(),
        });
    }
    Ok(found)
}

/// The body of the trial's function as the server keeps it, and the type that it returns.
async fn compiled(session: &mut Session, trial: &Trial) -> Result<(String, u32)> {
    const BODY: &str = "
SELECT p.prosqlbody::text, p.prorettype::bigint FROM pg_catalog.pg_proc p
WHERE p.oid = $1::pg_catalog.regprocedure";
    let row = users_statement(BODY).bind(trial.function.as_str()).fetch_one(&mut session.conn).await?;
    Ok((row.get::<Option<String>, _>(0).unwrap_or_default(), row.get::<i64, _>(1) as u32))
}

/// Whether the expression means something else when another session compiles it: the server reads its constants then.
async fn compiled_elsewhere(session: &mut Session, trial: &Trial, body: &str) -> Result<bool> {
    session.run("SAVEPOINT elsewhere").await?;
    session.run(TWO_SESSIONS[1]).await?;
    session.run(&format!("DROP FUNCTION {}", trial.function)).await?;
    let differs = match session.run(&trial.sql).await {
        Ok(_) => compiled(session, trial).await?.0 != body,
        Err(error) if error.as_database_error().is_some() => true,
        Err(error) => return Err(error.into()),
    };
    session.rollback_to("elsewhere").await?;
    Ok(differs)
}

/// Judges uses, and those in the bodies of the functions that they call.
async fn look_into(session: &mut Session, first: Vec<Use>, found: &mut Found) -> Result<()> {
    let mut seen = BTreeSet::new();
    let mut level = vec![(first, Vec::new())];
    for _ in 0..DEEPEST {
        let mut next = Vec::new();
        for (uses, pinned) in level {
            let functions = known::functions(session, &functions_of(&uses)).await?;
            let types = known::types(session, &types_of(&uses)).await?;
            let judge = Judge { functions: &functions, types: &types, pinned: &pinned };
            for one in &uses {
                found.reads.extend(judge.reads(one));
                let Some((oid, function)) = judge.foreign(one).filter(|(oid, _)| seen.insert(*oid)) else {
                    continue;
                };
                let tree = function.body.as_deref().and_then(node_tree::parse);
                let settings = function.settings.iter().chain(&pinned).cloned().collect();
                match tree {
                    Some(tree) => next.push((uses::uses(&tree).0, settings)),
                    None => drop(found.opaque.insert(functions[&oid].signature.clone())),
                }
            }
        }
        if next.is_empty() {
            return Ok(());
        }
        level = next;
    }
    Ok(())
}

fn functions_of(uses: &[Use]) -> Vec<u32> {
    let function = |one: &Use| match one {
        Use::Call { function, .. } => Some(*function),
        Use::ThroughText { .. } | Use::Document(_) | Use::OfSession(_) => None,
    };
    uses.iter().filter_map(function).collect()
}

fn types_of(uses: &[Use]) -> Vec<u32> {
    let types = |one: &Use| match one {
        Use::Call { arguments, .. } => arguments.clone(),
        Use::ThroughText { from, to } => from.iter().chain([to]).copied().collect(),
        Use::Document(types) => types.clone(),
        Use::OfSession(_) => Vec::new(),
    };
    uses.iter().flat_map(types).collect()
}

/// One expression, or the body of a function.
struct Judge<'k> {
    functions: &'k BTreeMap<u32, Function>,
    types: &'k BTreeMap<u32, Type>,
    /// Settings that the functions around it make.
    pinned: &'k [String],
}

impl Judge<'_> {
    /// What a use reads of the session, in words.
    fn reads(&self, one: &Use) -> Option<Reading> {
        let (what, setting) = match one {
            Use::OfSession(what) => {
                return Some(Reading { what: format!("it asks for {what}"), settings: String::new() });
            }
            Use::Document(types) => (
                "a document of its values".to_owned(),
                types.iter().find_map(|type_| self.shown(*type_, json_of))?,
            ),
            Use::ThroughText { from, to } => {
                let names: Vec<&str> = from
                    .iter()
                    .chain([to])
                    .filter_map(|oid| Some(self.types.get(oid)?.shown.as_str()))
                    .collect();
                let written = from.iter().find_map(|type_| self.shown(*type_, text_of));
                let setting = written.or_else(|| self.read(*to))?;
                (format!("the cast {}", names.join(" to ")), setting)
            }
            Use::Call { function, arguments, unknown, constants } => {
                let function = self.functions.get(function).filter(|function| function.built_in)?;
                let setting = match self.call(function, arguments, constants) {
                    None if *unknown && shows_arguments(function) => "what midflight can't tell",
                    setting => setting?,
                };
                (function.signature.clone(), setting)
            }
        };
        let made = |name: &str| self.pinned.iter().any(|pinned| name.eq_ignore_ascii_case(pinned));
        let settings: Vec<&str> = setting.split(" and ").filter(|name| !made(name)).collect();
        let left = settings.join(" and ");
        (!settings.is_empty()).then(|| Reading { what: format!("{what} reads {left}"), settings: left })
    }

    /// A function of somebody else's.
    fn foreign(&self, one: &Use) -> Option<(u32, &Function)> {
        let Use::Call { function, .. } = one else { return None };
        self.functions.get(function).filter(|known| !known.built_in).map(|known| (*function, known))
    }

    fn call(&self, called: &Function, arguments: &[u32], constants: &[String]) -> Option<&'static str> {
        let zoned = arguments.iter().any(|oid| self.is(*oid, &["timestamptz", "timetz"]));
        match function(&called.name, arguments.len()) {
            Some(Reads::Nothing) => None,
            Some(Reads::Setting(setting)) => Some(setting),
            Some(Reads::TextOfArguments) => arguments.iter().find_map(|oid| self.shown(*oid, text_of)),
            Some(Reads::JsonOfArguments) => arguments.iter().find_map(|oid| self.shown(*oid, json_of)),
            Some(Reads::Pattern) => {
                let moment = |oid: &u32| self.is(*oid, &["timestamp", "interval", "timestamptz"]);
                let number = called.name != "to_date" && !arguments.iter().any(moment);
                let plain = constants.last().is_some_and(|pattern| !pattern_reads(pattern, number));
                if zoned {
                    return Some("TimeZone");
                }
                (!plain).then_some(if number { "lc_numeric and lc_monetary" } else { "lc_time" })
            }
            Some(Reads::PartOfMoment) => {
                let epoch = constants.first().is_some_and(|part| part.eq_ignore_ascii_case("epoch"));
                (zoned && !epoch).then_some("TimeZone")
            }
            None => match called.volatility {
                Volatility::Immutable => None,
                // Another value at every call is the file's wish, and nothing of the session.
                Volatility::Volatile => {
                    let clock = ["clock_timestamp", "timeofday"].contains(&called.name.as_str());
                    clock.then_some("the current time")
                }
                Volatility::Stable => Some(match () {
                    () if ["now", "transaction_timestamp", "statement_timestamp"]
                        .contains(&called.name.as_str()) =>
                    {
                        "the current time"
                    }
                    () if zoned || called.name.contains("timestamp") => "TimeZone",
                    () if called.name == "money" || arguments.iter().any(|oid| self.is(*oid, &["money"])) => {
                        "lc_monetary"
                    }
                    () if called.name.contains("ts") => "default_text_search_config",
                    () => "settings of the session",
                }),
            },
        }
    }

    fn is(&self, oid: u32, names: &[&str]) -> bool {
        self.types.get(&oid).is_some_and(|type_| type_.built_in && names.contains(&type_.name.as_str()))
    }

    /// The setting by which a value is written.
    fn shown(&self, oid: u32, by: fn(&str) -> Option<&'static str>) -> Option<&'static str> {
        self.parts(oid, &|type_| match by(&type_.name).filter(|_| type_.built_in) {
            Some(setting) => Some(setting),
            // What JSON writes in a form of its own is called stable all the same.
            None if type_.written_alike || text_of(&type_.name).is_some() => None,
            None => Some("settings of the session"),
        })
    }

    /// The setting by which text is read as a value.
    fn read(&self, oid: u32) -> Option<&'static str> {
        self.parts(oid, &|type_| match value_of(&type_.name).filter(|_| type_.built_in) {
            Some(setting) => Some(setting),
            None if type_.read_alike => None,
            None => Some("settings of the session"),
        })
    }

    /// Asks the types that a type is made of: writing a row or an array adds nothing to writing its parts.
    fn parts(&self, oid: u32, ask: &dyn Fn(&Type) -> Option<&'static str>) -> Option<&'static str> {
        let type_ = self.types.get(&oid)?;
        match (type_.is_enum, type_.parts.as_slice()) {
            (true, _) => None,
            (false, []) => ask(type_),
            (false, parts) => parts.iter().find_map(|part| self.parts(*part, ask)),
        }
    }
}

fn shows_arguments(called: &Function) -> bool {
    matches!(function(&called.name, 1), Some(Reads::TextOfArguments | Reads::JsonOfArguments))
}
