//! Actions of reshape. The form is that of 0.11.

use super::columns::{is_column, listed, new_values, target, without_down};
use super::fields::Fields;
use super::node::Node;
use super::pgroll::only_rows;
use super::{Error, Result, Written};
use crate::ident::literal;
use crate::migration::change::AddEnumValue;
use crate::migration::index_key::IndexKey;
use crate::migration::object::{CreateObject, DropObject};
use crate::migration::operation::{
    AddColumn, AddForeignKey, ChangeType, ColumnDef, ConstraintTarget, CreateIndex, CreateTable, DropColumn,
    DropIndex, DropTable, Name, Operation, PlacedSql, RenameColumn, RenameTable, SetDefault, SetNotNull,
    SqlText, TableRef,
};
use crate::migration::source::{Located, Source};
use crate::text::nearest;

/// What to do where reshape moves values between tables while both releases work.
const BETWEEN_TABLES: &str = "midflight fills a row from itself only: let the new release write both places, and fill \
    what is there in a file of its own with `sql: {rows: UPDATE … SET … FROM …}` or `INSERT … SELECT`";

/// What stands beside the actions.
pub(super) fn head(file: &Fields<'_>) -> Result<Vec<String>> {
    file.maybe("name")?;
    Ok(file.maybe("description")?.map(|text| text.value.replace('\n', " ")).into_iter().collect())
}

type Reader = fn(&Fields<'_>) -> Result<Vec<Written>>;
const ACTIONS: &[(&str, Reader)] = &[
    ("create_table", create_table),
    ("rename_table", rename_table),
    ("remove_table", remove_table),
    ("add_column", add_column),
    ("alter_column", alter_column),
    ("remove_column", remove_column),
    ("add_index", add_index),
    ("remove_index", remove_index),
    ("add_foreign_key", add_foreign_key),
    ("remove_foreign_key", remove_foreign_key),
    ("create_enum", create_enum),
    ("alter_enum", alter_enum),
    ("remove_enum", remove_enum),
    ("custom", custom),
];

/// One entry of `actions`.
pub(super) fn action(source: &Source, entry: &Node) -> Result<Vec<Written>> {
    let type_ = Fields::of(source, "action", entry.span, entry)?.text("type")?;
    let Some((name, read)) = ACTIONS.iter().find(|(known, _)| *known == type_.as_str()) else {
        let known: Vec<&str> = ACTIONS.iter().map(|(known, _)| *known).collect();
        let hint = match nearest(&type_, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("reshape's actions are {}", known.join(", ")),
        };
        let error = Error::usage(format!("reshape has no action `{}`", type_.value));
        return Err(error.at(source, type_.span).hint(hint));
    };
    let fields = Fields::of(source, name, type_.span, entry)?;
    fields.text("type")?;
    let written = read(&fields)?;
    fields.finish()?;
    Ok(written)
}

/// A column that says nothing of NULL takes it.
fn column(fields: &Fields<'_>) -> Result<ColumnDef> {
    let definition = ColumnDef {
        name: fields.name("name")?,
        type_: fields.text("type")?,
        not_null: fields.flag("nullable")? == Some(false),
        default: fields.expression("default")?,
        generated: fields.maybe("generated")?,
        ..ColumnDef::default()
    };
    fields.finish()?;
    Ok(definition)
}

/// reshape names a foreign key as PostgreSQL would, however long that is.
fn foreign_key(fields: &Fields<'_>, table: &Located<TableRef>) -> Result<AddForeignKey> {
    let columns = fields.some_names("columns")?;
    let (references, referenced_columns) =
        (fields.table("referenced_table")?, fields.some_names("referenced_columns")?);
    fields.finish()?;
    Ok(AddForeignKey {
        table: table.clone(),
        name: None,
        columns,
        references,
        referenced_columns,
        options: None,
        not_valid: false,
    })
}

fn create_table(op: &Fields<'_>) -> Result<Vec<Written>> {
    let table = op.table("name")?;
    let columns = op.maps("columns")?.iter().map(column).collect::<Result<Vec<_>>>()?;
    let key: Vec<Name> = op.some_names("primary_key")?;
    let mut constraints: Vec<SqlText> =
        vec![Located::new(format!("PRIMARY KEY ({})", listed(&key)), table.span)];
    for fields in op.maps("foreign_keys")? {
        let key = foreign_key(&fields, &table)?;
        let sql = format!(
            "FOREIGN KEY ({}) REFERENCES {} ({})",
            listed(&key.columns),
            key.references.value,
            listed(&key.referenced_columns)
        );
        constraints.push(Located::new(sql, key.references.span));
    }
    if op.has("up") {
        return Err(
            op.fault("`up` fills the new table from another one, and keeps it in step", BETWEEN_TABLES)
        );
    }
    Ok(vec![
        Operation::CreateTable(CreateTable { table, columns, constraints, ..CreateTable::default() }).into(),
    ])
}

fn rename_table(op: &Fields<'_>) -> Result<Vec<Written>> {
    Ok(vec![
        Operation::RenameTable(RenameTable { table: op.table("table")?, to: op.name("new_name")? }).into(),
    ])
}

fn remove_table(op: &Fields<'_>) -> Result<Vec<Written>> {
    let drop = DropTable { table: op.table("table")?, aside: None, if_exists: false, cascade: false };
    Ok(vec![Operation::DropTable(drop).into()])
}

fn add_column(op: &Fields<'_>) -> Result<Vec<Written>> {
    let table = op.table("table")?;
    let fields =
        op.inside("column")?.ok_or_else(|| op.fault("`column` is missing", "name it and its type"))?;
    let column = column(&fields)?;
    if op.is_map("up") {
        return Err(op.fault("`up` takes the value from another table, and keeps it in step", BETWEEN_TABLES));
    }
    let up = op.expression("up")?;
    let add = AddColumn { table, column, up, if_not_exists: false, nulls_written: false };
    Ok(vec![Operation::AddColumn(add).into()])
}

fn alter_column(op: &Fields<'_>) -> Result<Vec<Written>> {
    let (table, column) = (op.table("table")?, op.name("column")?);
    let (up, down) = (op.expression("up")?, op.expression("down")?);
    let mut up = up.filter(|up| !is_column(up, &column));
    let mut down = down.filter(|down| !is_column(down, &column));
    let changes =
        op.inside("changes")?.ok_or_else(|| op.fault("`changes` is missing", "say what changes"))?;
    let (to, type_) = (changes.maybe_name("name")?, changes.maybe("type")?);
    let (nullable, default) = (changes.flag("nullable")?, changes.expression("default")?);
    changes.finish()?;
    let mut all: Vec<Written> = Vec::new();
    if let Some(type_) = type_ {
        let change = ChangeType {
            table: table.clone(),
            column: column.clone(),
            type_,
            up: up.take(),
            down: down.take(),
            ..ChangeType::default()
        };
        all.push(Operation::ChangeType(change).into());
    } else if let (Some(_), Some(to)) = (&up, &to) {
        return Err(op.fault(
            "it gives the column a new name and other values, and does not say the type",
            format!(
                "add `type` to `changes`, or write `transform_columns: {{table: {}, from: [{}], to: [{{name: {}, type: …}}], up: …, down: …}}`",
                table.value, column.value, to.value
            ),
        ));
    }
    if nullable == Some(false) {
        let not_null = SetNotNull { table: table.clone(), column: column.clone(), up: up.take() };
        all.push(Operation::SetNotNull(not_null).into());
    }
    if let Some(up) = up {
        all.extend(new_values(&table, &[(column.clone(), up)]));
    }
    if nullable == Some(true) {
        all.push(Operation::DropNotNull(target(&table, &column)).into());
    }
    if let Some(default) = default {
        all.push(
            Operation::SetDefault(SetDefault { table: table.clone(), column: column.clone(), default })
                .into(),
        );
    }
    without_down(&mut all, down.as_ref().map(|down| (&column.value, down)));
    if let Some(to) = to {
        all.push(Operation::RenameColumn(RenameColumn { table, column, to, nulls_written: false }).into());
    }
    if all.is_empty() {
        return Err(op.fault("`changes` is empty", "leave the action out"));
    }
    Ok(all)
}

fn remove_column(op: &Fields<'_>) -> Result<Vec<Written>> {
    let (table, column) = (op.table("table")?, op.name("column")?);
    if op.is_map("down") {
        return Err(op.fault("`down` takes the old column's value from another table", BETWEEN_TABLES));
    }
    let down = op.expression("down")?;
    let drop = DropColumn { table, column: column.clone(), if_exists: false, cascade: false };
    let mut written = vec![Operation::DropColumn(drop).into()];
    without_down(&mut written, down.as_ref().map(|down| (&column.value, down)));
    Ok(written)
}

fn add_index(op: &Fields<'_>) -> Result<Vec<Written>> {
    let table = op.table("table")?;
    let fields =
        op.inside("index")?.ok_or_else(|| op.fault("`index` is missing", "give its name and columns"))?;
    let columns = fields.some_names("columns")?;
    let index = CreateIndex {
        table,
        name: Some(fields.name("name")?),
        unique: fields.flag("unique")?.unwrap_or_default(),
        using: fields.maybe_name("type")?.filter(|method| !method.as_str().eq_ignore_ascii_case("btree")),
        columns: columns.iter().map(|column| IndexKey::plain(column)).collect(),
        ..CreateIndex::default()
    };
    fields.finish()?;
    Ok(vec![Operation::CreateIndex(index).into()])
}

fn remove_index(op: &Fields<'_>) -> Result<Vec<Written>> {
    let drop = DropIndex { index: op.table("index")?, if_exists: false, concurrently: false, cascade: false };
    Ok(vec![Operation::DropIndex(drop).into()])
}

fn add_foreign_key(op: &Fields<'_>) -> Result<Vec<Written>> {
    let table = op.table("table")?;
    let fields =
        op.inside("foreign_key")?.ok_or_else(|| op.fault("`foreign_key` is missing", "say its columns"))?;
    let mut key = foreign_key(&fields, &table)?;
    let columns: Vec<&str> = key.columns.iter().map(|column| column.as_str()).collect();
    let name = format!("{}_{}_fkey", table.value.name.as_str(), columns.join("_"));
    key.name = Some(Located::nowhere(name.as_str().into()));
    Ok(vec![Operation::AddForeignKey(key).into()])
}

fn remove_foreign_key(op: &Fields<'_>) -> Result<Vec<Written>> {
    let drop = ConstraintTarget {
        table: op.table("table")?,
        name: op.name("foreign_key")?,
        if_exists: false,
        cascade: false,
    };
    Ok(vec![Operation::DropConstraint(drop).into()])
}

fn create_enum(op: &Fields<'_>) -> Result<Vec<Written>> {
    let name = op.table("name")?;
    let values: Vec<String> = op.some_names("values")?.iter().map(|value| literal(value.as_str())).collect();
    let definition = Some(Located::new(format!("AS ENUM ({})", values.join(", ")), name.span));
    Ok(vec![Operation::CreateType(CreateObject { name, definition, ..CreateObject::default() }).into()])
}

fn alter_enum(op: &Fields<'_>) -> Result<Vec<Written>> {
    let type_ = op.table("name")?;
    let mut all = Vec::new();
    for fields in op.maps("add")? {
        let (value, down) = (fields.text("value")?, fields.maybe("down")?);
        fields.finish()?;
        let notes = down.map(|down| {
            format!("`down` is left out ({}): until contract the old release reads `{}` where the new one writes it", down.value, value.value)
        });
        let add = AddEnumValue { type_: type_.clone(), value: value.value, ..AddEnumValue::default() };
        all.push(Written { notes: notes.into_iter().collect(), operation: Operation::AddEnumValue(add) });
    }
    if all.is_empty() {
        return Err(op.fault("it adds nothing", "leave the action out"));
    }
    Ok(all)
}

/// reshape's pages say `name`, its program `enum`.
fn remove_enum(op: &Fields<'_>) -> Result<Vec<Written>> {
    let name = if op.has("enum") { op.table("enum")? } else { op.table("name")? };
    let drop = DropObject { name, arguments: None, table: None, if_exists: false, cascade: false };
    Ok(vec![Operation::DropType(drop).into()])
}

fn custom(op: &Fields<'_>) -> Result<Vec<Written>> {
    let (start, contract, rollback) = (op.maybe("start")?, op.maybe("complete")?, op.maybe("abort")?);
    let placed = match start {
        Some(start) if rollback.is_none() && contract.is_none() && only_rows(&start) => {
            PlacedSql { rows: Some(start), ..PlacedSql::default() }
        }
        None if contract.is_none() => {
            return Err(op.fault("neither `start` nor `complete` says anything", "leave the action out"));
        }
        expand => PlacedSql { expand, contract, rollback, ..PlacedSql::default() },
    };
    Ok(vec![Operation::Sql(placed).into()])
}
