//! Settings of the session in a migration file. Each step has a connection and a transaction of midflight's choosing, so
//! that a setting reaches nothing below it: it is left out where that makes no difference, and refused where it does.

use crate::error::{Error, Result};
use crate::ident::Ident;
use crate::migration::definition::set_from_current;
use crate::migration::operation::{Operation, Unplaced};
use crate::migration::source::Source;
use crate::migration::statement::{Setting, Statement};
use crate::migration::{direct, parse};
use crate::plan::planner::Draft;

/// What a setting in a file is to a migration.
enum Verdict {
    /// Nothing that midflight does depends on it.
    LeftOut(&'static str),
    /// Left out, it would change what the statements below mean.
    Refused(Error),
    /// No setting, or one that nobody knows.
    Unknown,
}

/// Settings whose value, whatever it is, changes how a statement runs and not what it leaves.
const WITHOUT_EFFECT: &[&str] = &[
    "lock_timeout",
    "statement_timeout",
    "transaction_timeout",
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
    "deadlock_timeout",
    "client_encoding",
    "client_min_messages",
    "check_function_bodies",
    "xmloption",
    "row_security",
    "application_name",
    "work_mem",
    "maintenance_work_mem",
    "max_parallel_maintenance_workers",
    "log_min_messages",
    "log_statement",
];

/// Settings that are left out where they say what holds anyway.
const USUAL: &[(&str, &str)] = &[
    ("default_tablespace", ""),
    ("default_table_access_method", "heap"),
    ("default_with_oids", "false"),
    ("standard_conforming_strings", "on"),
    ("escape_string_warning", "off"),
    ("escape_string_warning", "on"),
];

/// Plans a statement that sets something for the session. False: it is something else.
pub(super) fn plan(op: &Unplaced, draft: &mut Draft<'_>) -> Result<bool> {
    match judge(op, &draft.now.schema) {
        Verdict::LeftOut(why) => {
            draft.note(format!("`{}` is left out: {why}", op.head));
            Ok(true)
        }
        Verdict::Refused(error) => Err(error),
        Verdict::Unknown => Ok(false),
    }
}

/// Whether own SQL is nothing but settings that are left out.
///
/// # Errors
/// Exit 23 for settings that would reach further than the SQL's step, or not as far as they should.
pub(super) fn leaves_out(sql: &str, in_transaction: bool, draft: &mut Draft<'_>) -> Result<bool> {
    let Ok(read) = parse(Source::new("", sql)) else { return Ok(false) };
    let local_holds = in_transaction && read.steps.len() > 1;
    let mut role_set = None;
    let mut left_out = Vec::new();
    for step in &read.steps {
        let Operation::Unplaced(op) = &step.operation else { continue };
        let role = is_role(op);
        if !role && !matches!(op.statement, Statement::Set(_)) {
            continue;
        }
        let verdict = judge(op, &draft.now.schema);
        if local_holds && is_local(op) {
            if role {
                role_set = Some(op).filter(|op| !is_reset(op));
            }
            continue;
        }
        if role && is_reset(op) {
            role_set = None;
        }
        match verdict {
            Verdict::LeftOut(why) => left_out.push(format!("`{}` is left out: {why}", op.head)),
            Verdict::Refused(error) => return Err(error),
            Verdict::Unknown => return Err(outlives(&op.head)),
        }
    }
    if let Some(op) = role_set {
        let message = format!(
            "`{}` outlives your SQL: what midflight records in the same transaction would be written by that role",
            op.head
        );
        return Err(Error::refused(message).hint("write `RESET ROLE` at the end of this SQL"));
    }
    let nothing_else = !read.steps.is_empty() && left_out.len() == read.steps.len();
    if nothing_else {
        left_out.into_iter().for_each(|note| draft.note(note));
    }
    Ok(nothing_else)
}

/// Refuses a statement that stores a setting of the session which runs it: that session is midflight's.
///
/// # Errors
/// Exit 23.
pub(super) fn refuse_current(operation: &Operation, draft: &Draft<'_>) -> Result<()> {
    let schema = Ident::new(draft.now.schema.as_str());
    let own = match operation {
        Operation::Sql(sql) => {
            let parts = [&sql.expand, &sql.backfill, &sql.contract].into_iter().flatten();
            parts.map(|sql| sql.value.clone()).collect()
        }
        Operation::Unplaced(op) => vec![op.sql.clone()],
        _ if operation.created().is_some() => direct::statements(operation, &schema),
        _ => return Ok(()),
    };
    let Some(setting) = own.iter().find_map(|sql| set_from_current(sql)) else { return Ok(()) };
    let error = Error::refused(format!(
        "`SET {setting} FROM CURRENT` would store the setting of midflight's own session"
    ));
    let hint = format!("write the value: `SET {setting} TO …`");
    Err(draft.blame(error.hint(hint), draft.span))
}

fn outlives(head: &str) -> Error {
    Error::refused(format!(
        "`{head}` can't hold for this step alone: the connection goes on to other steps, and what stands below runs in another transaction"
    ))
    .hint("write `SET LOCAL …` and what needs it as one `sql:` entry of a YAML file")
}

fn judge(op: &Unplaced, schema: &str) -> Verdict {
    match &op.statement {
        _ if is_role(op) && is_reset(op) => Verdict::LeftOut("midflight works as the role that connects"),
        _ if is_role(op) => Verdict::Refused(other_role(&op.head)),
        Statement::Set(setting) => judge_setting(&op.head, setting, schema),
        _ if op.head == "SET CONSTRAINTS" => {
            Verdict::LeftOut("it holds for a transaction, and each step has its own")
        }
        _ => Verdict::Unknown,
    }
}

fn judge_setting(head: &str, setting: &Setting, schema: &str) -> Verdict {
    let own = "each step has its own session settings";
    let values: Vec<&str> = setting.values.iter().map(String::as_str).collect();
    match setting.name.as_str() {
        name if WITHOUT_EFFECT.contains(&name) => Verdict::LeftOut(own),
        "search_path" if is_configured(&values, schema) => {
            Verdict::LeftOut("names are looked up so by the configuration already")
        }
        "search_path" => Verdict::Refused(other_path(head, &values, schema)),
        "timezone" | "datestyle" | "intervalstyle" if !values.is_empty() => {
            Verdict::Refused(other_values(head))
        }
        // what was set above was left out, or refused
        _ if values.is_empty() => Verdict::LeftOut(own),
        name if USUAL.iter().any(|(known, value)| *known == name && values == [*value]) => {
            Verdict::LeftOut(own)
        }
        _ => Verdict::Refused(outlives(head)),
    }
}

/// Whether unqualified names mean the same: the schema of the configuration first. pg_dump empties the path and writes
/// every schema.
fn is_configured(values: &[&str], schema: &str) -> bool {
    let named: Vec<&str> =
        values.iter().copied().filter(|value| !value.is_empty() && *value != "pg_catalog").collect();
    let usual = schema == "public" && matches!(named[..], ["$user", "public"]);
    match named[..] {
        [] => true,
        [only] => only == schema,
        [first, "public"] => first == schema || usual,
        _ => false,
    }
}

/// `SET ROLE`, `SET SESSION AUTHORIZATION`, and the way back from them.
fn is_role(op: &Unplaced) -> bool {
    let by_name = match &op.statement {
        Statement::Set(setting) => matches!(setting.name.as_str(), "role" | "session_authorization"),
        _ => false,
    };
    by_name || op.head.ends_with(" ROLE") || op.head.ends_with("SESSION AUTHORIZATION")
}

fn is_local(op: &Unplaced) -> bool {
    let by_call = matches!(&op.statement, Statement::Set(setting) if setting.local);
    by_call || op.head.starts_with("SET LOCAL")
}

/// `RESET ROLE`, `SET ROLE NONE`, `SET x TO DEFAULT`
fn is_reset(op: &Unplaced) -> bool {
    let last =
        op.sql.trim_end_matches([';', ' ', '\n']).rsplit(char::is_whitespace).next().unwrap_or_default();
    op.head.starts_with("RESET") || ["none", "default"].contains(&last.to_ascii_lowercase().as_str())
}

fn other_path(head: &str, values: &[&str], schema: &str) -> Error {
    let first = values.iter().find(|value| !value.is_empty() && **value != "$user").unwrap_or(&"x");
    Error::refused(format!("`{head}` is not obeyed: names without a schema mean schema `{schema}`"))
        .hint(format!(
            "write `schema: {first}` in midflight.yaml, or the schema before each name, and leave this statement out"
        ))
}

fn other_role(head: &str) -> Error {
    Error::refused(format!(
        "`{head}` is not obeyed: what the file makes would belong to the role that connects"
    ))
    .hint("connect as that role (--database-url), or write `ALTER … OWNER TO`, and leave this statement out")
}

fn other_values(head: &str) -> Error {
    Error::refused(format!(
        "`{head}` is not obeyed: values would mean something else in each session that writes them"
    ))
    .hint("write the zone or format with the value, such as `AT TIME ZONE 'Europe/Berlin'`, and leave this statement out")
}
