//! What only a superuser may do.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "superuser-statement",
    severity: Severity::Advice,
    class: Class::Security,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/superuser-statement.md")),
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
