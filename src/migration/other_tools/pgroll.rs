//! Operations of pgroll. The form is that of 0.16, with what its pages spell in another way.

use super::columns::{comment, is_column, listed, new_values, target, without_down};
use super::fields::Fields;
use super::node::{Node, Value};
use super::pgroll_columns::{
    column, constraint, foreign_key, index_parameters, inline_check, match_and_actions,
};
use super::{Error, Result, Written};
use crate::ident::Ident;
use crate::migration::change::TableProperty;
use crate::migration::expression::Expr;
use crate::migration::index_key::IndexKey;
use crate::migration::operation::{
    AddCheck, AddColumn, AddForeignKey, AddKey, ChangeType, ConstraintTarget, CreateIndex, CreateTable,
    DropColumn, DropIndex, DropTable, Name, Operation, PlacedSql, RenameColumn, RenameConstraint,
    RenameTable, SetDefault, SetNotNull, TableRef,
};
use crate::migration::source::{Located, Source};
use crate::migration::{Migration, parse};
use crate::text::nearest;

/// What stands beside the operations.
pub(super) fn head(file: &Fields<'_>) -> Result<Vec<String>> {
    file.maybe("name")?;
    let version = file.maybe("version_schema")?;
    Ok(version
        .map(|name| {
            format!(
                "`version_schema: {}` is left out: midflight names the schemas of releases itself",
                name.value
            )
        })
        .into_iter()
        .collect())
}

/// Every operation, and the function that reads it.
type Reader = fn(&Fields<'_>) -> Result<Vec<Written>>;
const OPERATIONS: &[(&str, Reader)] = &[
    ("create_table", create_table),
    ("drop_table", drop_table),
    ("rename_table", rename_table),
    ("add_column", add_column),
    ("drop_column", drop_column),
    ("rename_column", rename_column),
    ("alter_column", alter_column),
    ("create_constraint", create_constraint),
    ("drop_constraint", drop_constraint),
    ("drop_multicolumn_constraint", drop_multicolumn_constraint),
    ("rename_constraint", rename_constraint),
    ("create_index", create_index),
    ("drop_index", drop_index),
    ("set_replica_identity", set_replica_identity),
    ("sql", sql),
];

/// One entry of `operations`.
pub(super) fn operation(source: &Source, entry: &Node) -> Result<Vec<Written>> {
    let Value::Map(keys) = &entry.value else {
        return Err(Error::usage("an entry of `operations` has to be a map").at(source, entry.span));
    };
    let [(name, keys)] = keys.as_slice() else {
        return Err(Error::usage("an entry of `operations` has to have one key, the operation")
            .at(source, entry.span));
    };
    let Some((_, read)) = OPERATIONS.iter().find(|(known, _)| *known == name.as_str()) else {
        let known: Vec<&str> = OPERATIONS.iter().map(|(known, _)| *known).collect();
        let hint = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("pgroll's operations are {}", known.join(", ")),
        };
        return Err(Error::usage(format!("pgroll has no operation `{}`", name.value))
            .at(source, name.span)
            .hint(hint));
    };
    let fields = Fields::of(source, name, name.span, keys)?;
    let written = read(&fields)?;
    fields.finish()?;
    Ok(written)
}

fn create_table(op: &Fields<'_>) -> Result<Vec<Written>> {
    let table = op.table("name")?;
    let (mut columns, mut constraints, mut comments) = (Vec::new(), Vec::new(), Vec::new());
    if let Some(text) = op.maybe("comment")? {
        comments.push(comment(&table, None, Some(text.value)));
    }
    for fields in op.maps("columns")? {
        let column = column(&fields)?;
        if let Some(text) = column.comment {
            comments.push(comment(&table, Some(&column.definition.name), Some(text)));
        }
        constraints.extend(column.constraints);
        columns.push(column.definition);
    }
    // several columns with `pk` are one key
    let keys: Vec<Name> =
        columns.iter().filter(|column| column.primary_key).map(|column| column.name.clone()).collect();
    if keys.len() > 1 {
        constraints.insert(0, Located::new(format!("PRIMARY KEY ({})", listed(&keys)), table.span));
        columns.iter_mut().for_each(|column| column.primary_key = false);
    }
    for fields in op.maps("constraints")? {
        constraints.push(constraint(&fields, &table)?);
    }
    let create = CreateTable { table, columns, constraints, ..CreateTable::default() };
    Ok([Operation::CreateTable(create)].into_iter().chain(comments).map(Written::from).collect())
}

fn drop_table(op: &Fields<'_>) -> Result<Vec<Written>> {
    let drop = DropTable { table: op.table("name")?, aside: None, if_exists: false, cascade: false };
    Ok(vec![Operation::DropTable(drop).into()])
}

fn rename_table(op: &Fields<'_>) -> Result<Vec<Written>> {
    Ok(vec![Operation::RenameTable(RenameTable { table: op.table("from")?, to: op.name("to")? }).into()])
}

fn add_column(op: &Fields<'_>) -> Result<Vec<Written>> {
    let table = op.table("table")?;
    let fields =
        op.inside("column")?.ok_or_else(|| op.fault("`column` is missing", "name it and its type"))?;
    let column = column(&fields)?;
    // a default that is computed for each row fills the rows by itself
    let up = op.expression("up")?.filter(|up| column.definition.default.as_ref() != Some(up));
    let name = column.definition.name.clone();
    let mut written = vec![
        Operation::AddColumn(AddColumn {
            table: table.clone(),
            column: column.definition,
            up,
            if_not_exists: false,
            nulls_written: false,
        })
        .into(),
    ];
    for definition in column.constraints {
        let sql = format!("ALTER TABLE {} ADD {}", table.value, definition.value);
        written.extend(of_sql(op, &sql)?);
    }
    if let Some(text) = column.comment {
        written.push(comment(&table, Some(&name), Some(text)).into());
    }
    Ok(written)
}

/// Operations that are quickest said in SQL.
fn of_sql(op: &Fields<'_>, sql: &str) -> Result<Vec<Written>> {
    let read = parse(Source::new("converted.sql", sql))
        .map_err(|error| op.fault(error.message, "write it in SQL by hand"))?;
    Ok(read.steps.into_iter().map(|step| step.operation.into()).collect())
}

fn drop_column(op: &Fields<'_>) -> Result<Vec<Written>> {
    let (table, column) = (op.table("table")?, op.name("column")?);
    let down = op.expression("down")?;
    let drop = DropColumn { table, column: column.clone(), if_exists: false, cascade: false };
    let mut written = Written::from(Operation::DropColumn(drop));
    written.notes.extend(down.map(|down| {
        format!(
            "`down` is left out ({}): until contract the old release reads `{}` as the new one leaves it",
            on_one_line(down.text()),
            column.as_str()
        )
    }));
    Ok(vec![written])
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// pgroll's pages say `column` and `name`, its schema `from` and `to`.
fn rename_column(op: &Fields<'_>) -> Result<Vec<Written>> {
    let table = op.table("table")?;
    let column = op.maybe_name("from")?.map_or_else(|| op.name("column"), Ok)?;
    let to = op.maybe_name("to")?.map_or_else(|| op.name("name"), Ok)?;
    Ok(vec![Operation::RenameColumn(RenameColumn { table, column, to, nulls_written: false }).into()])
}

fn alter_column(op: &Fields<'_>) -> Result<Vec<Written>> {
    let (table, column) = (op.table("table")?, op.name("column")?);
    let (up, down) = (op.expression("up")?, op.expression("down")?);
    let nullable = op.flag("nullable")?;
    let mut all: Vec<Written> = Vec::new();
    let type_ = op.maybe("type")?;
    let (mut up, mut down) = (up.filter(|up| !is_column(up, &column)), down);
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
    }
    if nullable == Some(false) {
        all.push(
            Operation::SetNotNull(SetNotNull { table: table.clone(), column: column.clone(), up: up.take() })
                .into(),
        );
    }
    if let Some(up) = up {
        all.extend(new_values(&table, &[(column.clone(), up)]));
    }
    if nullable == Some(true) {
        all.push(Operation::DropNotNull(target(&table, &column)).into());
    }
    if op.has("default") {
        all.push(match op.expression("default")? {
            Some(default) => {
                Operation::SetDefault(SetDefault { table: table.clone(), column: column.clone(), default })
                    .into()
            }
            None => Operation::DropDefault(target(&table, &column)).into(),
        });
    }
    if op.has("comment") {
        all.push(comment(&table, Some(&column), op.maybe("comment")?.map(|text| text.value)).into());
    }
    if let Some(fields) = op.inside("check")? {
        all.push(Operation::AddCheck(inline_check(&fields, &table)?).into());
    }
    if let Some(fields) = op.inside("unique")? {
        let name = Some(fields.name("name")?);
        fields.finish()?;
        let key = AddKey { table: table.clone(), name, columns: vec![column.clone()], ..AddKey::default() };
        all.push(Operation::AddUnique(key).into());
    }
    if let Some(fields) = op.inside("references")? {
        all.push(Operation::AddForeignKey(foreign_key(&fields, &table, &column)?).into());
    }
    // the form of before 0.7
    if let Some(to) = op.maybe_name("name")? {
        let rename = RenameColumn { table, column: column.clone(), to, nulls_written: false };
        all.push(Operation::RenameColumn(rename).into());
    }
    if all.is_empty() {
        return Err(op.fault("it changes nothing", "leave it out"));
    }
    without_down(&mut all, down.as_ref().map(|down| (&column.value, down)));
    Ok(all)
}

fn create_constraint(op: &Fields<'_>) -> Result<Vec<Written>> {
    let (table, name) = (op.table("table")?, op.name("name")?);
    let type_ = op.text("type")?;
    let columns = op.names("columns")?;
    let values = |key| -> Result<Vec<(Name, Expr)>> {
        op.inside(key)?.map_or_else(|| Ok(Vec::new()), |fields| fields.expressions())
    };
    let (up, down) = (values("up")?, values("down")?);
    let mut all: Vec<Written> = new_values(&table, &up).into_iter().collect();
    let key = |op: &Fields<'_>| -> Result<AddKey> {
        let (include, options) = index_parameters(op)?;
        if let Some(options) = options {
            return Err(op.fault(
                format!("`{options}` of a constraint's index"),
                "create the index first, with these parameters, and then the constraint with `using_index`",
            ));
        }
        let columns = op.some_names("columns")?;
        Ok(AddKey { table: table.clone(), name: Some(name.clone()), columns, include, ..AddKey::default() })
    };
    all.push(match type_.value.as_str() {
        "unique" => Operation::AddUnique(key(op)?).into(),
        "primary_key" => Operation::AddPrimaryKey(key(op)?).into(),
        "check" => {
            let check = op
                .expression("check")?
                .ok_or_else(|| op.fault("`check` is missing", "give the condition"))?;
            let options =
                op.flag("no_inherit")?.filter(|no| *no).map(|_| Located::nowhere("NO INHERIT".to_owned()));
            let check = AddCheck { table: table.clone(), name: Some(name), check, options, not_valid: false };
            Operation::AddCheck(check).into()
        }
        "foreign_key" => {
            let to = op
                .inside("references")?
                .ok_or_else(|| op.fault("`references` is missing", "name the table"))?;
            let (references, referenced_columns) = (to.table("table")?, to.names("columns")?);
            let options = match_and_actions(&to)?;
            to.finish()?;
            Operation::AddForeignKey(AddForeignKey {
                table: table.clone(),
                name: Some(name),
                columns,
                references,
                referenced_columns,
                options,
                not_valid: false,
            })
            .into()
        }
        other => {
            let message = format!("pgroll has no constraint of type `{other}` here");
            return Err(op.fault(message, "its types are unique, check, foreign_key and primary_key"));
        }
    });
    without_down(&mut all, down.iter().map(|(column, value)| (&column.value, value)));
    Ok(all)
}

fn drop_of(op: &Fields<'_>) -> Result<(Located<TableRef>, Written)> {
    let table = op.table("table")?;
    let drop =
        ConstraintTarget { table: table.clone(), name: op.name("name")?, if_exists: false, cascade: false };
    Ok((table, Operation::DropConstraint(drop).into()))
}

/// The column is not named here: only what changes no value can be carried over.
fn drop_constraint(op: &Fields<'_>) -> Result<Vec<Written>> {
    let (_, mut written) = drop_of(op)?;
    for key in ["up", "down"] {
        let said = op.expression(key)?;
        if let Some(expression) =
            said.filter(|said| !matches!(said.tree(), Some(sqlparser::ast::Expr::Identifier(_))))
        {
            if key == "up" {
                let message = format!(
                    "`up` changes values ({}) of a column that it does not name",
                    on_one_line(expression.text())
                );
                return Err(op.fault(
                    message,
                    "write it as `drop_multicolumn_constraint`, or the change as `sql: {rows: UPDATE …}`",
                ));
            }
            written.notes.push(format!(
                "`down` is left out ({}): the constraint holds for both releases until contract",
                on_one_line(expression.text())
            ));
        }
    }
    Ok(vec![written])
}

fn drop_multicolumn_constraint(op: &Fields<'_>) -> Result<Vec<Written>> {
    let (table, mut written) = drop_of(op)?;
    let values = |key| -> Result<Vec<(Name, Expr)>> {
        op.inside(key)?.map_or_else(|| Ok(Vec::new()), |fields| fields.expressions())
    };
    let (up, down) = (values("up")?, values("down")?);
    let changed = |(column, value): &&(Name, Expr)| !is_column(value, column);
    if let Some((column, value)) = down.iter().find(changed) {
        written.notes.push(format!(
            "`down` of `{}` is left out ({}): the constraint holds for both releases until contract",
            column.as_str(),
            on_one_line(value.text())
        ));
    }
    Ok([written].into_iter().chain(new_values(&table, &up)).collect())
}

fn rename_constraint(op: &Fields<'_>) -> Result<Vec<Written>> {
    let rename = RenameConstraint { table: op.table("table")?, name: op.name("from")?, to: op.name("to")? };
    Ok(vec![Operation::RenameConstraint(rename).into()])
}

fn create_index(op: &Fields<'_>) -> Result<Vec<Written>> {
    let table = op.table("table")?;
    let name = Some(op.name("name")?);
    let mut columns = Vec::new();
    for fields in op.maps("columns")? {
        columns.push(index_key(&fields)?);
    }
    if columns.is_empty() {
        return Err(op.fault("`columns` is missing", "name the columns"));
    }
    let parameters = op.maybe("storage_parameters")?;
    let index = CreateIndex {
        table,
        name,
        unique: op.flag("unique")?.unwrap_or_default(),
        using: op.maybe_name("method")?.filter(|method| method.as_str() != "btree"),
        columns,
        options: parameters.map(|text| Located::new(format!("WITH ({})", text.value), text.span)),
        predicate: op.expression("predicate")?,
        ..CreateIndex::default()
    };
    Ok(vec![Operation::CreateIndex(index).into()])
}

fn index_key(fields: &Fields<'_>) -> Result<IndexKey> {
    let column = fields.name("column")?;
    let mut text = column.value.to_string();
    if let Some(collation) = fields.maybe("collate")? {
        text.push_str(&format!(" COLLATE {}", Ident::new(collation.value.trim_matches('"'))));
    }
    if let Some(class) = fields.inside("opclass")? {
        text.push_str(&format!(" {}", class.text("name")?.value));
        let parameters = class.list("params")?;
        let texts = parameters.iter().map(|node| match &node.value {
            Value::Text(text) => text.clone(),
            _ => fields.source.slice(node.span).to_owned(),
        });
        if !parameters.is_empty() {
            text.push_str(&format!(" ({})", texts.collect::<Vec<_>>().join(", ")));
        }
        class.finish()?;
    }
    if let Some(sort) = fields.maybe("sort")? {
        text.push_str(&format!(" {}", sort.value));
    }
    if let Some(nulls) = fields.maybe("nulls")? {
        text.push_str(&format!(" NULLS {}", nulls.value));
    }
    fields.finish()?;
    let read = of_sql(fields, &format!("CREATE INDEX ON t ({text})"))?;
    match read.into_iter().next().map(|written| written.operation) {
        Some(Operation::CreateIndex(CreateIndex { columns, .. })) if columns.len() == 1 => columns
            .into_iter()
            .next()
            .ok_or_else(|| fields.fault("this is no column of an index", "write the index in SQL")),
        _ => Err(fields.fault(format!("`{text}` is no column of an index"), "write the index in SQL")),
    }
}

fn drop_index(op: &Fields<'_>) -> Result<Vec<Written>> {
    let drop = DropIndex { index: op.table("name")?, if_exists: false, concurrently: false, cascade: false };
    Ok(vec![Operation::DropIndex(drop).into()])
}

fn set_replica_identity(op: &Fields<'_>) -> Result<Vec<Written>> {
    let table = op.table("table")?;
    let identity =
        op.inside("identity")?.ok_or_else(|| op.fault("`identity` is missing", "say its `type`"))?;
    let (type_, index) = (identity.text("type")?, identity.maybe_name("index")?);
    identity.finish()?;
    let to = match (type_.value.to_lowercase().as_str(), index) {
        ("index", Some(index)) => format!("USING INDEX {}", index.value),
        ("full" | "default" | "nothing", _) => type_.value.to_uppercase(),
        _ => {
            return Err(
                op.fault("`type` has to be full, default, nothing, or index with `index`", "correct it")
            );
        }
    };
    Ok(vec![Operation::SetReplicaIdentity(TableProperty { table, to: Located::new(to, type_.span) }).into()])
}

/// SQL keeps the moment at which pgroll runs it. What only changes rows runs in batches.
fn sql(op: &Fields<'_>) -> Result<Vec<Written>> {
    let up = op.text("up")?;
    let rollback = op.maybe("down")?;
    let placed = match op.flag("onComplete")? {
        Some(true) => PlacedSql { contract: Some(up), ..PlacedSql::default() },
        _ if rollback.is_none() && only_rows(&up) => PlacedSql { rows: Some(up), ..PlacedSql::default() },
        _ => PlacedSql { expand: Some(up), rollback, ..PlacedSql::default() },
    };
    Ok(vec![Operation::Sql(placed).into()])
}

/// Whether statements change rows, and nothing else.
pub(super) fn only_rows(sql: &str) -> bool {
    let read: Result<Migration> = parse(Source::new("converted.sql", sql));
    let changes =
        |operation: &Operation| matches!(operation, Operation::Unplaced(op) if op.statement.changes_rows());
    read.is_ok_and(|read| !read.steps.is_empty() && read.steps.iter().all(|step| changes(&step.operation)))
}
