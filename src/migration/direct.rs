//! An operation as the plain statements that PostgreSQL has for it: what `psql` would be given. Names are written in
//! full. What midflight does online is the planner's; this is for what nobody uses yet.

use super::change::{AlterSequence, CommentOn, Privileges, SetStatistics, SetStorage, TableProperty};
use super::constraint::{AddCheck, AddForeignKey, AddKey, CreateIndex};
use super::identity::DropGeneration;
use super::operation::{
    AddColumn, ChangeType, Name, Operation, SetComment, SetNotNull, SqlText, TransformColumns,
};
use super::table::{ColumnDef, CreateTable};
use crate::ident::{Ident, literal};

/// The statements, in order. `schema` is what unqualified names get. Nothing for a statement outside the vocabulary:
/// it is its own text.
pub fn statements(operation: &Operation, schema: &Ident) -> Vec<String> {
    let table = |table: &super::operation::TableRef| table.in_schema(schema).to_string();
    let alter = |of: &super::operation::TableRef, action: String| {
        vec![format!("ALTER TABLE {} {action}", of.in_schema(schema))]
    };
    let column = |of: &super::operation::TableRef, name: &Name, action: String| {
        alter(of, format!("ALTER COLUMN {name} {action}"))
    };
    if let Some((kind, op)) = operation.created() {
        return vec![op.sql(&op.object(kind).in_schema(schema))];
    }
    if let Some((kind, op)) = operation.dropped() {
        let exists = if op.if_exists { "IF EXISTS " } else { "" };
        let cascade = if op.cascade { " CASCADE" } else { "" };
        let name = op.object(kind).in_schema(schema).sql();
        return vec![format!("DROP {} {exists}{name}{cascade}", kind.keywords())];
    }
    match operation {
        Operation::CreateTable(op) => vec![create_table(op, &table(&op.table))],
        Operation::DropTable(op) => match &op.aside {
            Some(aside) => alter(&op.table, format!("RENAME TO {aside}")),
            None => {
                let exists = if op.if_exists { "IF EXISTS " } else { "" };
                let cascade = if op.cascade { " CASCADE" } else { "" };
                vec![format!("DROP TABLE {exists}{}{cascade}", table(&op.table))]
            }
        },
        Operation::RenameTable(op) => alter(&op.table, format!("RENAME TO {}", op.to)),
        Operation::AddColumn(op) => add_column(op, &table(&op.table)),
        Operation::DropColumn(op) => {
            let exists = if op.if_exists { "IF EXISTS " } else { "" };
            let cascade = if op.cascade { " CASCADE" } else { "" };
            alter(&op.table, format!("DROP COLUMN {exists}{}{cascade}", op.column))
        }
        Operation::RenameColumn(op) => alter(&op.table, format!("RENAME COLUMN {} TO {}", op.column, op.to)),
        Operation::ChangeType(op) => change_type(op, &table(&op.table)),
        Operation::TransformColumns(op) => transform(op, &table(&op.table)),
        Operation::SetNotNull(op) => set_not_null(op, &table(&op.table)),
        Operation::DropNotNull(op) => column(&op.table, &op.column, "DROP NOT NULL".to_owned()),
        Operation::SetDefault(op) => column(&op.table, &op.column, format!("SET DEFAULT {}", op.default)),
        Operation::DropDefault(op) => column(&op.table, &op.column, "DROP DEFAULT".to_owned()),
        Operation::AddIdentity(op) => {
            column(&op.table, &op.column, format!("ADD GENERATED {}", op.generated))
        }
        Operation::SetIdentity(op) => column(&op.table, &op.column, op.to.value.clone()),
        Operation::DropIdentity(op) => column(&op.table, &op.column, drop_generation(op, "IDENTITY")),
        Operation::DropExpression(op) => column(&op.table, &op.column, drop_generation(op, "EXPRESSION")),
        Operation::SetComment(op) => vec![set_comment(op, &table(&op.table))],
        Operation::AddCheck(op) => alter(&op.table, format!("ADD {}", check(op))),
        Operation::AddForeignKey(op) => alter(&op.table, format!("ADD {}", foreign_key(op, schema))),
        Operation::AddUnique(op) => alter(&op.table, format!("ADD {}", key(op, "UNIQUE"))),
        Operation::AddPrimaryKey(op) => alter(&op.table, format!("ADD {}", key(op, "PRIMARY KEY"))),
        Operation::AddExclusion(op) => {
            alter(&op.table, format!("ADD {}EXCLUDE {}", named(op.name.as_ref()), op.exclude))
        }
        Operation::ValidateConstraint(op) => alter(&op.table, format!("VALIDATE CONSTRAINT {}", op.name)),
        Operation::DropConstraint(op) => {
            let exists = if op.if_exists { "IF EXISTS " } else { "" };
            let cascade = if op.cascade { " CASCADE" } else { "" };
            alter(&op.table, format!("DROP CONSTRAINT {exists}{}{cascade}", op.name))
        }
        Operation::CreateIndex(op) => vec![create_index(op, &table(&op.table))],
        Operation::DropIndex(op) => {
            let exists = if op.if_exists { "IF EXISTS " } else { "" };
            let cascade = if op.cascade { " CASCADE" } else { "" };
            vec![format!("DROP INDEX {exists}{}{cascade}", table(&op.index))]
        }
        Operation::AddEnumValue(op) => {
            let side = |word: &str, of: &Option<String>| {
                of.as_ref().map(|of| format!(" {word} {}", literal(of))).unwrap_or_default()
            };
            let exists = if op.if_not_exists { "IF NOT EXISTS " } else { "" };
            let place = format!("{}{}", side("BEFORE", &op.before), side("AFTER", &op.after));
            vec![format!("ALTER TYPE {} ADD VALUE {exists}{}{place}", table(&op.type_), literal(&op.value))]
        }
        Operation::RenameEnumValue(op) => {
            let (from, to) = (literal(&op.value), literal(&op.to));
            vec![format!("ALTER TYPE {} RENAME VALUE {from} TO {to}", table(&op.type_))]
        }
        Operation::RenameConstraint(op) => {
            alter(&op.table, format!("RENAME CONSTRAINT {} TO {}", op.name, op.to))
        }
        Operation::RenameIndex(op) => {
            let exists = if op.if_exists { "IF EXISTS " } else { "" };
            vec![format!("ALTER INDEX {exists}{} RENAME TO {}", table(&op.index), op.to)]
        }
        Operation::AlterSequence(op) => vec![alter_sequence(op, &table(&op.name))],
        Operation::CommentOn(op) => vec![comment_on(op)],
        Operation::Grant(op) => vec![grant(op)],
        Operation::Revoke(op) => vec![revoke(op)],
        Operation::SetReplicaIdentity(op) => table_property(op, "REPLICA IDENTITY ", "", &table(&op.table)),
        Operation::SetRowSecurity(op) => table_property(op, "", " ROW LEVEL SECURITY", &table(&op.table)),
        Operation::SetStorageParameters(op) => storage(op, &table(&op.table)),
        Operation::SetStatistics(op) => vec![statistics(op, &table(&op.table))],
        Operation::Sql(op) => [&op.expand, &op.rows, &op.backfill, &op.contract]
            .into_iter()
            .flatten()
            .map(|sql| sql.value.clone())
            .collect(),
        Operation::Unplaced(op) => vec![op.sql.clone()],
        // Made and dropped objects are written above.
        Operation::CreateType(_)
        | Operation::CreateDomain(_)
        | Operation::CreateSchema(_)
        | Operation::CreateExtension(_)
        | Operation::CreateSequence(_)
        | Operation::CreateView(_)
        | Operation::CreateMaterializedView(_)
        | Operation::CreateFunction(_)
        | Operation::CreateProcedure(_)
        | Operation::CreateTrigger(_)
        | Operation::CreatePolicy(_)
        | Operation::CreateStatistics(_)
        | Operation::DropType(_)
        | Operation::DropDomain(_)
        | Operation::DropSchema(_)
        | Operation::DropExtension(_)
        | Operation::DropSequence(_)
        | Operation::DropView(_)
        | Operation::DropMaterializedView(_)
        | Operation::DropFunction(_)
        | Operation::DropProcedure(_)
        | Operation::DropTrigger(_)
        | Operation::DropPolicy(_)
        | Operation::DropStatistics(_) => Vec::new(),
    }
}

fn named(name: Option<&Name>) -> String {
    name.map(|name| format!("CONSTRAINT {name} ")).unwrap_or_default()
}

fn list(names: &[Name]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn options(options: Option<&SqlText>) -> String {
    options.map(|options| format!(" {}", options.value)).unwrap_or_default()
}

fn valid(not_valid: bool) -> &'static str {
    if not_valid { " NOT VALID" } else { "" }
}

fn check(op: &AddCheck) -> String {
    let (name, options) = (named(op.name.as_ref()), options(op.options.as_ref()));
    format!("{name}CHECK ({}){options}{}", op.check, valid(op.not_valid))
}

fn foreign_key(op: &AddForeignKey, schema: &Ident) -> String {
    let referenced = match op.referenced_columns.is_empty() {
        true => String::new(),
        false => format!(" ({})", list(&op.referenced_columns)),
    };
    let (name, options) = (named(op.name.as_ref()), options(op.options.as_ref()));
    let (parent, columns) = (op.references.in_schema(schema), list(&op.columns));
    format!("{name}FOREIGN KEY ({columns}) REFERENCES {parent}{referenced}{options}{}", valid(op.not_valid))
}

fn key(op: &AddKey, kind: &str) -> String {
    let (name, options) = (named(op.name.as_ref()), options(op.options.as_ref()));
    if let Some(index) = &op.using_index {
        return format!("{name}{kind} USING INDEX {index}{options}");
    }
    let nulls = if op.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
    let include = match op.include.is_empty() {
        true => String::new(),
        false => format!(" INCLUDE ({})", list(&op.include)),
    };
    format!("{name}{kind}{nulls} ({}){include}{options}", list(&op.columns))
}

fn create_index(op: &CreateIndex, table: &str) -> String {
    let unique = if op.unique { "UNIQUE " } else { "" };
    let exists = if op.if_not_exists { "IF NOT EXISTS " } else { "" };
    let name = op.name.as_ref().map(|name| format!("{exists}{name} ")).unwrap_or_default();
    let only = if op.only { "ONLY " } else { "" };
    let using = op.using.as_ref().map(|method| format!(" USING {method}")).unwrap_or_default();
    let columns: Vec<&str> = op.columns.iter().map(|key| key.text.as_str()).collect();
    let include = match op.include.is_empty() {
        true => String::new(),
        false => format!(" INCLUDE ({})", list(&op.include)),
    };
    let predicate = op.predicate.as_ref().map(|text| format!(" WHERE {text}")).unwrap_or_default();
    format!(
        "CREATE {unique}INDEX {name}ON {only}{table}{using} ({}){include}{}{predicate}",
        columns.join(", "),
        options(op.options.as_ref())
    )
}

/// The new column; with `up`, its value for the rows that are there.
fn add_column(op: &AddColumn, table: &str) -> Vec<String> {
    let exists = if op.if_not_exists { "IF NOT EXISTS " } else { "" };
    let column = &op.column;
    let Some(up) = &op.up else {
        return vec![format!("ALTER TABLE {table} ADD COLUMN {exists}{}", column_definition(column))];
    };
    let bare = ColumnDef { not_null: false, ..column.clone() };
    let mut sql = vec![
        format!("ALTER TABLE {table} ADD COLUMN {exists}{}", column_definition(&bare)),
        format!("UPDATE {table} SET {} = {up}", column.name),
    ];
    if column.not_null {
        sql.push(format!("ALTER TABLE {table} ALTER COLUMN {} SET NOT NULL", column.name));
    }
    sql
}

fn change_type(op: &ChangeType, table: &str) -> Vec<String> {
    let collation = op.collation.as_ref().map(|name| format!(" COLLATE {name}")).unwrap_or_default();
    let using = op.up.as_ref().map(|up| format!(" USING {up}")).unwrap_or_default();
    let mut sql =
        vec![format!("ALTER TABLE {table} ALTER COLUMN {} TYPE {}{collation}{using}", op.column, op.type_)];
    if let Some(to) = &op.rename_to {
        sql.push(format!("ALTER TABLE {table} RENAME COLUMN {} TO {to}", op.column));
    }
    sql
}

/// The new columns beside the old ones, their values, and the old ones gone. A new column that takes an old one's name
/// has another until then.
fn transform(op: &TransformColumns, table: &str) -> Vec<String> {
    let replaces = |name: &Ident| op.from.iter().any(|old| old.value == *name);
    let physical = |name: &Ident| match replaces(name) {
        true => name.prefixed("_midflight_"),
        false => name.clone(),
    };
    let mut sql = Vec::new();
    for column in &op.to {
        sql.push(format!("ALTER TABLE {table} ADD COLUMN {} {}", physical(&column.name), column.type_));
    }
    let set: Vec<String> = op
        .to
        .iter()
        .filter_map(|column| Some(format!("{} = {}", physical(&column.name), op.up.get(&column.name.value)?)))
        .collect();
    sql.push(format!("UPDATE {table} SET {}", set.join(", ")));
    let drops: Vec<String> = op.from.iter().map(|name| format!("DROP COLUMN {name}")).collect();
    sql.push(format!("ALTER TABLE {table} {}", drops.join(", ")));
    for column in &op.to {
        let name = &column.name;
        if replaces(name) {
            sql.push(format!("ALTER TABLE {table} RENAME COLUMN {} TO {name}", physical(name)));
        }
        if column.not_null {
            sql.push(format!("ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL"));
        }
        if let Some(default) = &column.default {
            sql.push(format!("ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT {default}"));
        }
    }
    sql
}

fn set_not_null(op: &SetNotNull, table: &str) -> Vec<String> {
    let column = &op.column;
    let fill = op.up.iter().map(|up| format!("UPDATE {table} SET {column} = {up} WHERE {column} IS NULL"));
    fill.chain([format!("ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL")]).collect()
}

fn text(comment: Option<&str>) -> String {
    comment.map_or("NULL".to_owned(), literal)
}

fn set_comment(op: &SetComment, table: &str) -> String {
    let on = match &op.column {
        Some(column) => format!("COLUMN {table}.{column}"),
        None => format!("TABLE {table}"),
    };
    format!("COMMENT ON {on} IS {}", text(op.comment.as_deref()))
}

fn comment_on(op: &CommentOn) -> String {
    format!("COMMENT ON {} IS {}", op.object, text(op.comment.as_deref()))
}

/// `GRANT`, as written.
pub fn grant(op: &Privileges) -> String {
    let option = if op.grant_option { " WITH GRANT OPTION" } else { "" };
    format!("GRANT {} ON {} TO {}{option}", op.privileges, op.on, roles(op))
}

/// `REVOKE`, as written.
pub fn revoke(op: &Privileges) -> String {
    let option = if op.grant_option { "GRANT OPTION FOR " } else { "" };
    let cascade = if op.cascade { " CASCADE" } else { "" };
    format!("REVOKE {option}{} ON {} FROM {}{cascade}", op.privileges, op.on, roles(op))
}

/// The roles that a privilege is given to or taken from.
pub fn roles(op: &Privileges) -> String {
    op.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ")
}

fn table_property(op: &TableProperty, before: &str, after: &str, table: &str) -> Vec<String> {
    vec![format!("ALTER TABLE {table} {before}{}{after}", op.to)]
}

fn storage(op: &SetStorage, table: &str) -> Vec<String> {
    let target = op.column.as_ref().map(|column| format!("ALTER COLUMN {column} ")).unwrap_or_default();
    let action = |verb: &str, list: &[SqlText]| {
        let list: Vec<&str> = list.iter().map(|one| one.as_str()).collect();
        (!list.is_empty()).then(|| format!("ALTER TABLE {table} {target}{verb} ({})", list.join(", ")))
    };
    [action("SET", &op.set), action("RESET", &op.reset)].into_iter().flatten().collect()
}

fn statistics(op: &SetStatistics, table: &str) -> String {
    format!("ALTER TABLE {table} ALTER COLUMN {} SET STATISTICS {}", op.column, op.statistics)
}

fn drop_generation(op: &DropGeneration, what: &str) -> String {
    let exists = if op.if_exists { " IF EXISTS" } else { "" };
    format!("DROP {what}{exists}")
}

fn alter_sequence(op: &AlterSequence, name: &str) -> String {
    let exists = if op.if_exists { "IF EXISTS " } else { "" };
    format!("ALTER SEQUENCE {exists}{name} {}", op.options)
}

/// `CREATE TABLE`: the statement where there is one, else from its parts.
pub fn create_table(op: &CreateTable, name: &str) -> String {
    if let Some(written) = &op.statement {
        return written.clone();
    }
    let columns = op.columns.iter().map(column_definition);
    let constraints = op.constraints.iter().map(|constraint| constraint.value.clone());
    let parts: Vec<String> = columns.chain(constraints).map(|part| format!("  {part}")).collect();
    let options = options(op.options.as_ref());
    let unlogged = if op.unlogged { "UNLOGGED " } else { "" };
    let exists = if op.if_not_exists { "IF NOT EXISTS " } else { "" };
    format!("CREATE {unlogged}TABLE {exists}{name} (\n{}\n){options}", parts.join(",\n"))
}

/// A column with all that was written of it.
pub fn column_definition(column: &ColumnDef) -> String {
    // STORAGE and COMPRESSION, which are among the options, stand next to the type.
    let options = options(column.options.as_ref());
    let mut sql = format!("{} {}{options}", column.name, column.type_);
    let mut clause = |name: Option<&Name>, keyword: &str, text: Option<&str>| {
        if let Some(text) = text {
            let name = name.map(|name| format!(" CONSTRAINT {name}")).unwrap_or_default();
            let space = if text.is_empty() { "" } else { " " };
            sql.push_str(&format!("{name} {keyword}{space}{text}"));
        }
    };
    let key = column.key_options.as_ref().map_or("", |text| text.value.as_str());
    let names = &column.names;
    clause(None, "COLLATE", column.collation.as_ref().map(|name| name.value.as_str()));
    clause(None, "DEFAULT", column.default.as_ref().map(|default| default.text()));
    clause(None, "GENERATED", column.generated.as_ref().map(|text| text.value.as_str()));
    clause(names.not_null.as_ref(), "NOT NULL", column.not_null.then_some(""));
    clause(names.primary_key.as_ref(), "PRIMARY KEY", column.primary_key.then_some(key));
    clause(names.unique.as_ref(), "UNIQUE", column.unique.then_some(key));
    let check = column.check.as_ref().map(|check| format!("({check})"));
    clause(names.check.as_ref(), "CHECK", check.as_deref());
    let references = column.references.as_ref().map(|text| text.value.as_str());
    clause(names.references.as_ref(), "REFERENCES", references);
    sql
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::parse;
    use crate::migration::source::Source;

    fn direct(sql: &str) -> Vec<String> {
        let migration = parse(Source::new("m.sql", sql.to_owned())).unwrap();
        let all = migration.steps.iter().flat_map(|step| statements(&step.operation, &Ident::new("public")));
        all.collect()
    }

    #[test]
    fn a_statement_is_written_as_it_was_read() {
        for (written, direct_form) in [
            ("ALTER TABLE t RENAME COLUMN a TO \"B\"", "ALTER TABLE public.t RENAME COLUMN a TO \"B\""),
            (
                "ALTER TABLE t ADD CONSTRAINT c UNIQUE NULLS NOT DISTINCT (a, b) INCLUDE (d) DEFERRABLE",
                "ALTER TABLE public.t ADD CONSTRAINT c UNIQUE NULLS NOT DISTINCT (a, b) INCLUDE (d) DEFERRABLE",
            ),
            (
                "CREATE UNIQUE INDEX i ON s.t USING btree (lower(a) DESC) INCLUDE (b) WHERE a > 0",
                "CREATE UNIQUE INDEX i ON s.t USING btree (lower(a) DESC) INCLUDE (b) WHERE a > 0",
            ),
            (
                "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (id) ON DELETE CASCADE NOT VALID",
                "ALTER TABLE public.t ADD FOREIGN KEY (a) REFERENCES public.u (id) ON DELETE CASCADE NOT VALID",
            ),
            ("DROP VIEW IF EXISTS v CASCADE", "DROP VIEW IF EXISTS public.v CASCADE"),
            ("ALTER TABLE t FORCE ROW LEVEL SECURITY", "ALTER TABLE public.t FORCE ROW LEVEL SECURITY"),
        ] {
            assert_eq!(direct(written), [direct_form], "{written}");
        }
    }

    #[test]
    fn a_column_says_all_that_was_written() {
        for written in [
            "a integer",
            "\"A b\" text STORAGE external COLLATE \"C\" DEFAULT 'x' CONSTRAINT given NOT NULL",
            "a integer CONSTRAINT k PRIMARY KEY DEFERRABLE INITIALLY DEFERRED",
            "a integer CONSTRAINT u UNIQUE NULLS NOT DISTINCT CONSTRAINT c CHECK (a > 0) CONSTRAINT f REFERENCES t (id) ON DELETE SET NULL",
            "a bigint GENERATED ALWAYS AS IDENTITY NOT NULL",
        ] {
            let migration = parse(Source::new("m.sql", format!("CREATE TABLE t ({written})"))).unwrap();
            let Operation::CreateTable(create) = &migration.steps[0].operation else { panic!("{written}") };
            assert_eq!(column_definition(&create.columns[0]), written);
        }
    }
}
