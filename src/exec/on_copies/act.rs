//! What is done with a statement whose file is tried on copies. Only what acts on copies, or on what the file itself makes,
//! is run; what nobody knows ends the trial.

use std::collections::BTreeSet;

use crate::ident::{Ident, TableName};
use crate::migration::operation::{AddEnumValue, Operation, Privileges, RenameEnumValue, TableRef};
use crate::migration::source::Source;
use crate::migration::statement::{Statement, TableAction, WriteKind};
use crate::migration::{self, Guard, direct};

/// What is done with a statement.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Act {
    /// It is run.
    Run(Run),
    /// It is compiled and not run: it changes rows.
    Compile,
    /// What stands below it does not depend on it, or gains by it.
    PassOver {
        /// What it drops for good, of kinds that have no copies.
        drops: Vec<TableName>,
    },
    /// It needs an extension, which is not made for a trial.
    Extension(Ident),
    /// Nobody knows what it does.
    Stop,
}

/// A statement that is run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    /// Without `CONCURRENTLY`, and without the rows of a query.
    pub sql: String,
    /// A condition under which the file runs it: what it makes may be there, what it changes may not.
    pub guard: Option<Guard>,
    /// It changes a type that has a copy; the columns of copies keep the type itself.
    pub alters_type: bool,
    /// The relations that it makes.
    pub makes: BTreeSet<Ident>,
    /// It only reads other relations.
    pub mild: bool,
    /// PostgreSQL refuses it where something depends on what it changes, which midflight has a way around.
    pub has_dependents: bool,
}

/// Objects that need copies because a statement changes them, which other objects don't.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// Functions and procedures, all of a name.
    pub routines: BTreeSet<TableName>,
    /// Enums.
    pub types: BTreeSet<TableName>,
}

/// Rows of this many bytes are not worth the server's time.
const LONG: usize = 100_000;

/// What is done with a statement.
pub(super) fn act(sql: &str, schema: &Ident, targets: &mut Targets) -> Act {
    if sql.len() > LONG {
        return Act::PassOver { drops: Vec::new() };
    }
    let Ok(read) = migration::parse(Source::new("statement.sql", sql)) else { return Act::Stop };
    let acts = read.understood().into_iter().map(|(step, guard)| match guard {
        None => of_operation(&step.operation, sql, schema, targets),
        // the block itself may name tables in full
        Some(guard) => {
            let sql = direct::statements(&step.operation, schema).join("; ");
            match of_operation(&step.operation, &sql, schema, targets) {
                Act::Run(run) => Act::Run(Run { guard: Some(guard), ..run }),
                other => other,
            }
        }
    });
    acts.reduce(together).unwrap_or(Act::PassOver { drops: Vec::new() })
}

/// What is done with a statement of several operations.
fn together(one: Act, other: Act) -> Act {
    match (one, other) {
        (Act::Stop | Act::Extension(_), _) | (_, Act::Stop | Act::Extension(_)) => Act::Stop,
        (Act::Compile, _) | (_, Act::Compile) => Act::Compile,
        (Act::PassOver { drops: one }, Act::PassOver { drops: other }) => {
            Act::PassOver { drops: one.into_iter().chain(other).collect() }
        }
        (Act::PassOver { drops }, Act::Run(_)) | (Act::Run(_), Act::PassOver { drops }) => {
            Act::PassOver { drops }
        }
        (Act::Run(mut one), Act::Run(other)) => {
            one.makes.extend(other.makes);
            one.alters_type |= other.alters_type;
            one.mild &= other.mild;
            one.has_dependents |= other.has_dependents;
            Act::Run(one)
        }
    }
}

fn of_operation(operation: &Operation, sql: &str, schema: &Ident, targets: &mut Targets) -> Act {
    let pass = || Act::PassOver { drops: Vec::new() };
    let run = || Run {
        sql: sql.to_owned(),
        guard: None,
        alters_type: false,
        makes: BTreeSet::new(),
        mild: false,
        has_dependents: false,
    };
    let makes = |name: &Ident| Run { makes: BTreeSet::from([name.clone()]), ..run() };
    let full = |name: &TableRef| name.in_schema(schema);
    match operation {
        Operation::CreateTable(op) => match without_rows(sql, op.is_of_query()) {
            Some(sql) => Act::Run(Run { sql, ..makes(&op.table.name) }),
            None => Act::Stop,
        },
        Operation::CreateMaterializedView(op) => match without_rows(sql, true) {
            Some(sql) => Act::Run(Run { sql, mild: true, ..makes(&op.name.name) }),
            None => Act::Stop,
        },
        Operation::CreateView(op) => Act::Run(Run { mild: true, ..makes(&op.name.name) }),
        Operation::CreateSequence(op) => Act::Run(makes(&op.name.name)),
        Operation::CreateIndex(op) => {
            let sql = match op.concurrently {
                true => direct::statements(operation, schema).join("; "),
                false => sql.to_owned(),
            };
            let made = op.name.as_ref().map(|name| name.value.clone());
            Act::Run(Run { sql, makes: made.into_iter().collect(), ..run() })
        }
        Operation::DropIndex(op) if op.concurrently => {
            Act::Run(Run { sql: direct::statements(operation, schema).join("; "), ..run() })
        }
        Operation::CreateFunction(op) | Operation::CreateProcedure(op) => {
            targets.routines.insert(full(&op.name));
            Act::Run(Run { mild: true, ..run() })
        }
        Operation::DropFunction(op) | Operation::DropProcedure(op) => {
            targets.routines.insert(full(&op.name));
            Act::Run(run())
        }
        Operation::CreateType(op) => {
            targets.types.insert(full(&op.name));
            Act::Run(run())
        }
        Operation::DropType(op) => {
            targets.types.insert(full(&op.name));
            Act::Run(Run { alters_type: true, ..run() })
        }
        // A rollback leaves a value: PostgreSQL takes none away.
        Operation::AddEnumValue(AddEnumValue { type_, .. })
        | Operation::RenameEnumValue(RenameEnumValue { type_, .. }) => {
            targets.types.insert(full(type_));
            Act::Run(Run { alters_type: true, guard: Some(Guard::Unless), ..run() })
        }
        Operation::ChangeType(_) => Act::Run(Run { has_dependents: true, ..run() }),
        Operation::DropTable(op) if op.aside.is_some() => Act::Stop,
        Operation::DropTable(_)
        | Operation::DropIndex(_)
        | Operation::DropView(_)
        | Operation::DropMaterializedView(_)
        | Operation::DropSequence(_)
        | Operation::RenameTable(_)
        | Operation::AddColumn(_)
        | Operation::DropColumn(_)
        | Operation::RenameColumn(_)
        | Operation::SetNotNull(_)
        | Operation::DropNotNull(_)
        | Operation::SetDefault(_)
        | Operation::DropDefault(_)
        | Operation::AddIdentity(_)
        | Operation::SetIdentity(_)
        | Operation::DropIdentity(_)
        | Operation::DropExpression(_)
        | Operation::SetComment(_)
        | Operation::AddCheck(_)
        | Operation::AddForeignKey(_)
        | Operation::AddUnique(_)
        | Operation::AddPrimaryKey(_)
        | Operation::AddExclusion(_)
        | Operation::ValidateConstraint(_)
        | Operation::DropConstraint(_)
        | Operation::RenameConstraint(_)
        | Operation::RenameIndex(_)
        | Operation::AlterSequence(_)
        | Operation::SetReplicaIdentity(_)
        | Operation::SetRowSecurity(_)
        | Operation::SetStorageParameters(_)
        | Operation::SetStatistics(_)
        | Operation::CreateSchema(_)
        | Operation::CreateDomain(_)
        | Operation::CreateTrigger(_)
        | Operation::CreatePolicy(_)
        | Operation::CreateStatistics(_)
        | Operation::DropTrigger(_) => Act::Run(run()),
        Operation::Grant(op) | Operation::Revoke(op) if is_on_relations(op) => Act::Run(run()),
        Operation::CommentOn(op) if has_copies(op.object.as_str()) => Act::Run(run()),
        // Policies and statistics have no copies.
        Operation::Grant(_)
        | Operation::Revoke(_)
        | Operation::CommentOn(_)
        | Operation::DropPolicy(_)
        | Operation::DropStatistics(_)
        | Operation::DropSchema(_)
        | Operation::DropExtension(_) => pass(),
        Operation::DropDomain(op) => Act::PassOver { drops: vec![full(&op.name)] },
        // It fills columns that a file in SQL can't.
        Operation::TransformColumns(_) => Act::Stop,
        Operation::CreateExtension(op) => Act::Extension(op.name.name.clone()),
        Operation::Sql(op) => match op.rows {
            Some(_) => Act::Compile,
            None => Act::Stop,
        },
        Operation::Unplaced(op) => of_statement(&op.statement, run()),
    }
}

/// What is outside the vocabulary.
fn of_statement(statement: &Statement, run: Run) -> Act {
    let pass = || Act::PassOver { drops: Vec::new() };
    match statement {
        Statement::Write(writes) if writes.iter().any(|write| write.kind == WriteKind::Copy) => pass(),
        Statement::Write(_) => Act::Compile,
        Statement::Set(setting) => match setting.name.as_str() {
            "search_path" | "role" | "session_authorization" | "*" => Act::Stop,
            _ => pass(),
        },
        Statement::AlterTable(_, action) => match action {
            TableAction::Storage(_)
            | TableAction::AddNotNull { .. }
            | TableAction::AlterConstraint { .. }
            | TableAction::DisableTrigger
            | TableAction::EnableTrigger
            | TableAction::AddTemporalKey { .. } => Act::Run(run),
            TableAction::Instant if is_of_table_alone(&run.sql) => Act::Run(run),
            TableAction::SetExpression(_)
            | TableAction::Attach { .. }
            | TableAction::Detach { .. }
            | TableAction::Mild
            | TableAction::Instant => pass(),
            TableAction::SetSchema(_) => Act::Stop,
        },
        Statement::Transaction(_)
        | Statement::Truncate { .. }
        | Statement::Reindex { .. }
        | Statement::Vacuum { .. }
        | Statement::Cluster(_)
        | Statement::Refresh { .. }
        | Statement::LockTable { .. }
        | Statement::Publish { .. }
        | Statement::Subscription => pass(),
        Statement::CreateTableAs { .. }
        | Statement::AlterIndex(..)
        | Statement::AlterDomain(..)
        | Statement::AlterAttributes { .. }
        | Statement::Rename { .. }
        | Statement::SetSchema { .. }
        | Statement::ChangeTrigger(_)
        | Statement::Administration
        | Statement::CreateSchema { .. }
        | Statement::DropDatabase(_)
        | Statement::DropOwned(_)
        | Statement::Superuser
        | Statement::Do(_)
        | Statement::Query(_)
        | Statement::Dynamic(_)
        | Statement::Other => Act::Stop,
    }
}

/// Parents, rules and the like have no copies.
fn is_of_table_alone(sql: &str) -> bool {
    ["SET STORAGE", "SET COMPRESSION", "OWNER TO"].iter().any(|words| migration::mentions(sql, words))
}

/// The statement without the rows of its query; none where it asks for them.
fn without_rows(sql: &str, of_query: bool) -> Option<String> {
    if !of_query || migration::mentions(sql, "WITH NO DATA") {
        return Some(sql.to_owned());
    }
    (!migration::mentions(sql, "WITH DATA")).then(|| format!("{sql} WITH NO DATA"))
}

/// Objects on which privileges are that are no relations.
const NO_RELATIONS: [&str; 14] = [
    "ALL",
    "DATABASE",
    "DOMAIN",
    "FOREIGN",
    "FUNCTION",
    "FUNCTIONS",
    "LANGUAGE",
    "LARGE",
    "PARAMETER",
    "PROCEDURE",
    "ROUTINE",
    "SCHEMA",
    "TABLESPACE",
    "TYPE",
];

fn is_on_relations(op: &Privileges) -> bool {
    !NO_RELATIONS.contains(&first_word(op.on.as_str()).as_str())
}

/// Whether a comment is on what has a copy.
fn has_copies(object: &str) -> bool {
    let kinds = ["TABLE", "COLUMN", "INDEX", "VIEW", "MATERIALIZED", "SEQUENCE", "CONSTRAINT", "TRIGGER"];
    kinds.contains(&first_word(object).as_str()) && !migration::mentions(object, "ON DOMAIN")
}

fn first_word(text: &str) -> String {
    text.split_whitespace().next().unwrap_or_default().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acted(sql: &str) -> Act {
        act(sql, &Ident::new("public"), &mut Targets::default())
    }

    fn ran(sql: &str) -> Option<String> {
        match acted(sql) {
            Act::Run(run) => Some(run.sql),
            _ => None,
        }
    }

    #[test]
    fn rows_are_left_out_and_nothing_waits_for_others() {
        let index = ran("CREATE INDEX CONCURRENTLY i ON t (a) WHERE b > 1").unwrap();
        assert_eq!(index, "CREATE INDEX i ON public.t (a) WHERE b > 1");
        assert_eq!(
            ran("CREATE TABLE n AS SELECT * FROM t").unwrap(),
            "CREATE TABLE n AS SELECT * FROM t WITH NO DATA"
        );
        assert_eq!(ran("CREATE TABLE n (a int)").unwrap(), "CREATE TABLE n (a int)");
        assert_eq!(acted("UPDATE t SET a = f()"), Act::Compile);
    }

    #[test]
    fn what_reaches_further_than_the_copies_is_never_run() {
        for sql in [
            "DO $$ BEGIN DROP TABLE public.t; END $$",
            "SELECT f()",
            "SET search_path TO other",
            "DROP SCHEMA s",
            "DROP OWNED BY r",
            "REFRESH MATERIALIZED VIEW m",
            "GRANT USAGE ON SCHEMA public TO r",
            "ALTER DOMAIN d ADD CHECK (VALUE > 0)",
            "LOCK TABLE t",
            "VACUUM",
            "nonsense here",
        ] {
            assert_eq!(ran(sql), None, "{sql}");
        }
    }

    #[test]
    fn a_block_that_makes_a_thing_unless_it_is_there_is_that_thing() {
        let block =
            "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$";
        assert_eq!(ran(block).unwrap(), "CREATE TYPE public.mood AS ENUM ('a')");
    }
}
