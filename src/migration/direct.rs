//! Operations as the plain statements that PostgreSQL has for them: what one would run on a database that nobody uses.
//! Names are written as the file has them, so that the session's search_path says what they mean.

mod column;
mod object;

use std::fmt::Display;

use super::change::{AddEnumValue, AddExclusion, AlterSequence, Privileges, SetStorage};
use super::constraint::{AddCheck, AddForeignKey, AddKey, ConstraintTarget, CreateIndex, DropIndex};
use super::operation::{
    AddColumn, ChangeType, DropColumn, Expr, Name, Operation, PlacedSql, SetNotNull, TableRef,
    TransformColumns,
};
use super::table::{CreateTable, DropTable};
use crate::ident::{Ident, literal};

/// The statements, in their order.
pub fn statements(operation: &Operation) -> Vec<String> {
    if let Some((kind, op)) = operation.created() {
        return vec![object::create(kind, op)];
    }
    if let Some((kind, op)) = operation.dropped() {
        return vec![object::drop(kind, op)];
    }
    match operation {
        Operation::CreateTable(op) => vec![create_table(op)],
        Operation::DropTable(op) => vec![drop_table(op)],
        Operation::RenameTable(op) => vec![alter(&op.table, format!("RENAME TO {}", op.to))],
        Operation::AddColumn(op) => add_column(op),
        Operation::DropColumn(op) => vec![drop_column(op)],
        Operation::RenameColumn(op) => {
            vec![alter(&op.table, format!("RENAME COLUMN {} TO {}", op.column, op.to))]
        }
        Operation::ChangeType(op) => change_type(op),
        Operation::TransformColumns(op) => transform_columns(op),
        Operation::SetNotNull(op) => set_not_null(op),
        Operation::DropNotNull(op) => vec![alter_column(&op.table, &op.column, "DROP NOT NULL")],
        Operation::SetDefault(op) => {
            vec![alter_column(&op.table, &op.column, format!("SET DEFAULT {}", op.default))]
        }
        Operation::DropDefault(op) => vec![alter_column(&op.table, &op.column, "DROP DEFAULT")],
        Operation::SetComment(op) => {
            let on = match &op.column {
                Some(column) => format!("COLUMN {}.{column}", op.table),
                None => format!("TABLE {}", op.table),
            };
            vec![comment(&on, op.comment.as_deref())]
        }
        Operation::CommentOn(op) => vec![comment(op.object.as_str(), op.comment.as_deref())],
        Operation::AddCheck(op) => vec![add_check(op)],
        Operation::AddForeignKey(op) => vec![add_foreign_key(op)],
        Operation::AddUnique(op) => vec![add_key(op, "UNIQUE")],
        Operation::AddPrimaryKey(op) => vec![add_key(op, "PRIMARY KEY")],
        Operation::AddExclusion(op) => vec![add_exclusion(op)],
        Operation::ValidateConstraint(op) => {
            vec![alter(&op.table, format!("VALIDATE CONSTRAINT {}", op.name))]
        }
        Operation::DropConstraint(op) => vec![drop_constraint(op)],
        Operation::RenameConstraint(op) => {
            vec![alter(&op.table, format!("RENAME CONSTRAINT {} TO {}", op.name, op.to))]
        }
        Operation::CreateIndex(op) => vec![create_index(op)],
        Operation::DropIndex(op) => vec![drop_index(op)],
        Operation::RenameIndex(op) => {
            vec![format!("ALTER INDEX {}{} RENAME TO {}", if_exists(op.if_exists), op.index, op.to)]
        }
        Operation::AddEnumValue(op) => vec![add_enum_value(op)],
        Operation::RenameEnumValue(op) => {
            let (value, to) = (literal(&op.value), literal(&op.to));
            vec![format!("ALTER TYPE {} RENAME VALUE {value} TO {to}", op.type_)]
        }
        Operation::AlterSequence(op) => vec![alter_sequence(op)],
        Operation::Grant(op) => vec![grant(op)],
        Operation::Revoke(op) => vec![revoke(op)],
        Operation::SetReplicaIdentity(op) => vec![alter(&op.table, format!("REPLICA IDENTITY {}", op.to))],
        Operation::SetRowSecurity(op) => vec![alter(&op.table, format!("{} ROW LEVEL SECURITY", op.to))],
        Operation::SetStorageParameters(op) => storage(op),
        Operation::SetStatistics(op) => {
            vec![alter_column(&op.table, &op.column, format!("SET STATISTICS {}", op.statistics))]
        }
        Operation::Sql(op) => placed(op),
        Operation::Unplaced(op) => vec![op.sql.clone()],
        // Made and dropped objects: above.
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

fn alter(table: impl Display, action: impl Display) -> String {
    format!("ALTER TABLE {table} {action}")
}

fn alter_column(table: impl Display, column: impl Display, action: impl Display) -> String {
    alter(table, format!("ALTER COLUMN {column} {action}"))
}

const fn if_exists(accepted: bool) -> &'static str {
    if accepted { "IF EXISTS " } else { "" }
}

const fn if_not_exists(accepted: bool) -> &'static str {
    if accepted { "IF NOT EXISTS " } else { "" }
}

const fn cascade(said: bool) -> &'static str {
    if said { " CASCADE" } else { "" }
}

fn list(items: &[impl Display]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// What is written, with a space before.
fn then(text: Option<&Expr>) -> String {
    text.map(|text| format!(" {text}")).unwrap_or_default()
}

fn constraint(table: &TableRef, name: Option<&Name>, definition: impl Display) -> String {
    let name = name.map(|name| format!("CONSTRAINT {name} ")).unwrap_or_default();
    alter(table, format!("ADD {name}{definition}"))
}

const fn not_valid(said: bool) -> &'static str {
    if said { " NOT VALID" } else { "" }
}

fn comment(on: &str, text: Option<&str>) -> String {
    format!("COMMENT ON {on} IS {}", text.map_or_else(|| "NULL".to_owned(), literal))
}

fn create_table(op: &CreateTable) -> String {
    if let Some(statement) = &op.statement {
        return statement.clone();
    }
    let columns = op.columns.iter().map(column::definition);
    let constraints = op.constraints.iter().map(ToString::to_string);
    let parts: Vec<String> = columns.chain(constraints).map(|part| format!("  {part}")).collect();
    let unlogged = if op.unlogged { "UNLOGGED " } else { "" };
    let parts = if parts.is_empty() { String::new() } else { format!("\n{}\n", parts.join(",\n")) };
    let (exists, options) = (if_not_exists(op.if_not_exists), then(op.options.as_ref()));
    format!("CREATE {unlogged}TABLE {exists}{} ({parts}){options}", op.table)
}

fn drop_table(op: &DropTable) -> String {
    let exists = if_exists(op.if_exists);
    match &op.aside {
        Some(name) => format!("ALTER TABLE {exists}{} RENAME TO {name}", op.table),
        None => format!("DROP TABLE {exists}{}{}", op.table, cascade(op.cascade)),
    }
}

/// With `up`, the rows that are there get their value from it, and only later ones the default.
fn add_column(op: &AddColumn) -> Vec<String> {
    let exists = if_not_exists(op.if_not_exists);
    let add = |definition: String| alter(&op.table, format!("ADD COLUMN {exists}{definition}"));
    let Some(up) = &op.up else { return vec![add(column::definition(&op.column))] };
    let mut bare = op.column.clone();
    let (default, not_null) = (bare.default.take(), std::mem::take(&mut bare.not_null));
    let name = &op.column.name;
    let mut sql = vec![
        add(column::definition(&bare)),
        format!("UPDATE {} SET {name} = {up} WHERE {name} IS NULL", op.table),
    ];
    sql.extend(default.map(|default| alter_column(&op.table, name, format!("SET DEFAULT {default}"))));
    if not_null {
        sql.push(alter_column(&op.table, name, "SET NOT NULL"));
    }
    sql
}

fn drop_column(op: &DropColumn) -> String {
    let exists = if_exists(op.if_exists);
    alter(&op.table, format!("DROP COLUMN {exists}{}{}", op.column, cascade(op.cascade)))
}

fn change_type(op: &ChangeType) -> Vec<String> {
    let collation = op.collation.as_ref().map(|name| format!(" COLLATE {name}")).unwrap_or_default();
    let using = op.up.as_ref().map(|up| format!(" USING {up}")).unwrap_or_default();
    let mut sql = vec![alter_column(&op.table, &op.column, format!("TYPE {}{collation}{using}", op.type_))];
    sql.extend(
        op.rename_to.as_ref().map(|to| alter(&op.table, format!("RENAME COLUMN {} TO {to}", op.column))),
    );
    sql
}

/// A new column that has the name of an old one stands under another until that is gone.
fn transform_columns(op: &TransformColumns) -> Vec<String> {
    let is_old = |name: &Ident| op.from.iter().any(|old| old.value == *name);
    let now = |name: &Ident| if is_old(name) { name.prefixed("_midflight_") } else { name.clone() };
    let mut sql: Vec<String> = op
        .to
        .iter()
        .map(|new| alter(&op.table, format!("ADD COLUMN {} {}", now(&new.name), new.type_)))
        .collect();
    let values: Vec<String> = op.up.iter().map(|(name, up)| format!("{} = {up}", now(name))).collect();
    if !values.is_empty() {
        sql.push(format!("UPDATE {} SET {}", op.table, values.join(", ")));
    }
    for new in &op.to {
        let column = now(&new.name);
        sql.extend(
            new.default
                .as_ref()
                .map(|default| alter_column(&op.table, &column, format!("SET DEFAULT {default}"))),
        );
        if new.not_null {
            sql.push(alter_column(&op.table, &column, "SET NOT NULL"));
        }
    }
    sql.extend(op.from.iter().map(|old| alter(&op.table, format!("DROP COLUMN {old}"))));
    let again = op.to.iter().filter(|new| is_old(&new.name));
    sql.extend(
        again.map(|new| alter(&op.table, format!("RENAME COLUMN {} TO {}", now(&new.name), new.name))),
    );
    sql
}

fn set_not_null(op: &SetNotNull) -> Vec<String> {
    let (table, column) = (&op.table, &op.column);
    let fill = op.up.as_ref().map(|up| format!("UPDATE {table} SET {column} = {up} WHERE {column} IS NULL"));
    fill.into_iter().chain([alter_column(table, column, "SET NOT NULL")]).collect()
}

fn add_check(op: &AddCheck) -> String {
    let options = then(op.options.as_ref());
    constraint(
        &op.table,
        op.name.as_ref(),
        format!("CHECK ({}){options}{}", op.check, not_valid(op.not_valid)),
    )
}

fn add_foreign_key(op: &AddForeignKey) -> String {
    let referenced = match op.referenced_columns.as_slice() {
        [] => String::new(),
        columns => format!(" ({})", list(columns)),
    };
    let (columns, options) = (list(&op.columns), then(op.options.as_ref()));
    let valid = not_valid(op.not_valid);
    let definition =
        format!("FOREIGN KEY ({columns}) REFERENCES {}{referenced}{options}{valid}", op.references);
    constraint(&op.table, op.name.as_ref(), definition)
}

fn add_key(op: &AddKey, keywords: &str) -> String {
    let nulls = if op.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
    let include = match op.include.as_slice() {
        [] => String::new(),
        columns => format!(" INCLUDE ({})", list(columns)),
    };
    let on = match &op.using_index {
        Some(index) => format!(" USING INDEX {index}"),
        None => format!("{nulls} ({}){include}", list(&op.columns)),
    };
    constraint(&op.table, op.name.as_ref(), format!("{keywords}{on}{}", then(op.options.as_ref())))
}

fn add_exclusion(op: &AddExclusion) -> String {
    constraint(&op.table, op.name.as_ref(), format!("EXCLUDE {}", op.exclude))
}

fn drop_constraint(op: &ConstraintTarget) -> String {
    let exists = if_exists(op.if_exists);
    alter(&op.table, format!("DROP CONSTRAINT {exists}{}{}", op.name, cascade(op.cascade)))
}

/// Nobody is there who would have to wait.
fn create_index(op: &CreateIndex) -> String {
    let unique = if op.unique { "UNIQUE " } else { "" };
    let name = op.name.as_ref().map(|name| format!("{}{name} ", if_not_exists(op.if_not_exists)));
    let only = if op.only { "ONLY " } else { "" };
    let using = op.using.as_ref().map(|method| format!(" USING {method}")).unwrap_or_default();
    let include = match op.include.as_slice() {
        [] => String::new(),
        columns => format!(" INCLUDE ({})", list(columns)),
    };
    let predicate = op.predicate.as_ref().map(|text| format!(" WHERE {text}")).unwrap_or_default();
    format!(
        "CREATE {unique}INDEX {}ON {only}{}{using} ({}){include}{}{predicate}",
        name.unwrap_or_default(),
        op.table,
        list(&op.columns),
        then(op.options.as_ref())
    )
}

fn drop_index(op: &DropIndex) -> String {
    format!("DROP INDEX {}{}{}", if_exists(op.if_exists), op.index, cascade(op.cascade))
}

fn add_enum_value(op: &AddEnumValue) -> String {
    let side = |word: &str, of: &Option<String>| of.as_ref().map(|of| format!(" {word} {}", literal(of)));
    let place = side("BEFORE", &op.before).or_else(|| side("AFTER", &op.after)).unwrap_or_default();
    let exists = if_not_exists(op.if_not_exists);
    format!("ALTER TYPE {} ADD VALUE {exists}{}{place}", op.type_, literal(&op.value))
}

fn alter_sequence(op: &AlterSequence) -> String {
    format!("ALTER SEQUENCE {}{} {}", if_exists(op.if_exists), op.name, op.options)
}

fn grant(op: &Privileges) -> String {
    let option = if op.grant_option { " WITH GRANT OPTION" } else { "" };
    format!("GRANT {} ON {} TO {}{option}", op.privileges, op.on, list(&op.roles))
}

fn revoke(op: &Privileges) -> String {
    let option = if op.grant_option { "GRANT OPTION FOR " } else { "" };
    format!("REVOKE {option}{} ON {} FROM {}{}", op.privileges, op.on, list(&op.roles), cascade(op.cascade))
}

fn storage(op: &SetStorage) -> Vec<String> {
    let target = op.column.as_ref().map(|column| format!("ALTER COLUMN {column} ")).unwrap_or_default();
    let action = |verb: &str, parameters: &[Expr]| {
        (!parameters.is_empty()).then(|| alter(&op.table, format!("{target}{verb} ({})", list(parameters))))
    };
    [action("SET", &op.set), action("RESET", &op.reset)].into_iter().flatten().collect()
}

fn placed(op: &PlacedSql) -> Vec<String> {
    [&op.expand, &op.contract].into_iter().flatten().map(|sql| sql.value.clone()).collect()
}

#[cfg(test)]
mod tests;
