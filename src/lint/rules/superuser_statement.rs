//! What only a superuser may do.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::operation::Operation;
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "superuser-statement",
    severity: Severity::Advice,
    class: Class::Security,
    on: false,
    summary: "A statement needs a superuser, whom a migration should not be",
    explanation: "\
ALTER SYSTEM, roles with SUPERUSER, and most extensions that are not marked as trusted can only be had by a superuser.
A role that migrates the schema should own its tables and no more; hosted PostgreSQL often gives nobody such rights.

Do these where the server is set up.",
    online: None,
    bad: "ALTER SYSTEM SET work_mem = '64MB';",
    good: "ALTER ROLE app SET work_mem = '64MB';",
    check: Check::Step(check),
};

/// Extensions that come with PostgreSQL and are not trusted.
#[rustfmt::skip]
const UNTRUSTED: &[&str] = &[
    "adminpack", "amcheck", "autoinc", "bloom", "dblink", "dict_xsyn", "earthdistance", "file_fdw",
    "insert_username", "intagg", "moddatetime", "old_snapshot", "pageinspect", "pg_buffercache",
    "pg_freespacemap", "pg_prewarm", "pg_stat_statements", "pg_surgery", "pg_visibility", "pg_walinspect",
    "pgrowlocks", "pgstattuple", "plperlu", "plpython3u", "pltclu", "postgres_fdw", "refint", "sslinfo", "xml2",
];

fn check(cx: &Context<'_>) -> Option<Problem> {
    let what = match &cx.step.operation {
        Operation::CreateExtension(create) => {
            let name = create.name.name.as_str();
            UNTRUSTED.contains(&name).then(|| format!("the extension `{name}`"))?
        }
        Operation::Unplaced(unplaced) => match unplaced.statement {
            Statement::Superuser => format!("{} … SUPERUSER", unplaced.head),
            Statement::Administration if unplaced.head == "ALTER SYSTEM" => "ALTER SYSTEM".to_owned(),
            _ => return None,
        },
        _ => return None,
    };
    let message = format!("only a superuser gets {what}");
    Some(Problem::new(cx.step.span, message).help("do this where the server is set up, not in a migration"))
}
