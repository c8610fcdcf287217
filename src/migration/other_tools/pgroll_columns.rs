//! Columns and constraints as pgroll writes them.

use super::Result;
use super::columns::listed;
use super::fields::Fields;
use crate::migration::operation::{
    AddCheck, AddForeignKey, ColumnDef, ConstraintNames, Name, SqlText, TableRef,
};
use crate::migration::source::Located;

/// A column with what stands beside it here.
pub(super) struct Column {
    pub definition: ColumnDef,
    /// What a column has no field for.
    pub constraints: Vec<SqlText>,
    pub comment: Option<String>,
}

/// A column that is not said to be nullable is not.
pub(super) fn column(fields: &Fields<'_>) -> Result<Column> {
    let (name, type_) = (fields.name("name")?, fields.text("type")?);
    let (mut constraints, mut names) = (Vec::new(), ConstraintNames::default());
    let (mut check, mut references) = (None, None);
    if let Some(inner) = fields.inside("check")? {
        let no_inherit = inner.flag("no_inherit")?.unwrap_or_default();
        let (constraint, name) = (inner.text("constraint")?, inner.name("name")?);
        inner.finish()?;
        if no_inherit {
            let sql = format!("CONSTRAINT {} CHECK ({}) NO INHERIT", name.value, constraint.value);
            constraints.push(Located::new(sql, constraint.span));
        } else {
            check = Some(crate::migration::operation::Expr::new(constraint.value, constraint.span));
            names.check = Some(name);
        }
    }
    if let Some(inner) = fields.inside("references")? {
        let key = foreign_key(&inner, &Located::default(), &name)?;
        let options = key.options.map(|options| format!(" {}", options.value)).unwrap_or_default();
        let to = format!("{} ({}){options}", key.references.value, listed(&key.referenced_columns));
        references = Some(Located::new(to, key.references.span));
        names.references = key.name;
    }
    let primary_key = fields.flag("pk")?.unwrap_or_default();
    let definition = ColumnDef {
        name,
        type_,
        // a key says it by itself
        not_null: !fields.flag("nullable")?.unwrap_or_default() && !primary_key,
        default: fields.expression("default")?,
        primary_key,
        unique: fields.flag("unique")?.unwrap_or_default(),
        check,
        references,
        generated: generated(fields)?,
        names,
        ..ColumnDef::default()
    };
    let comment = fields.maybe("comment")?.map(|text| text.value);
    fields.finish()?;
    Ok(Column { definition, constraints, comment })
}

fn generated(fields: &Fields<'_>) -> Result<Option<SqlText>> {
    let Some(inner) = fields.inside("generated")? else { return Ok(None) };
    let expression = inner.maybe("expression")?;
    let identity = inner.inside("identity")?;
    let clause = match (expression, identity) {
        (Some(expression), _) => {
            Located::new(format!("ALWAYS AS ({}) STORED", expression.value), expression.span)
        }
        (None, Some(identity)) => {
            let values = identity.maybe("user_specified_values")?;
            let options = identity.maybe("sequence_options")?;
            identity.finish()?;
            let values = values.map_or_else(|| "ALWAYS".to_owned(), |values| values.value);
            let options = options.map(|options| format!(" ({})", options.value)).unwrap_or_default();
            Located::new(format!("{values} AS IDENTITY{options}"), inner.span)
        }
        (None, None) => {
            return Err(
                fields.fault("`generated` says neither `expression` nor `identity`", "say one of them")
            );
        }
    };
    inner.finish()?;
    Ok(Some(clause))
}

/// What one column refers to.
pub(super) fn foreign_key(
    fields: &Fields<'_>,
    table: &Located<TableRef>,
    column: &Name,
) -> Result<AddForeignKey> {
    let (name, references, to) = (fields.name("name")?, fields.table("table")?, fields.name("column")?);
    let options = match_and_actions(fields)?;
    fields.finish()?;
    Ok(AddForeignKey {
        table: table.clone(),
        name: Some(name),
        columns: vec![column.clone()],
        references,
        referenced_columns: vec![to],
        options,
        not_valid: false,
    })
}

/// What follows the columns of a reference. What is PostgreSQL's own choice is not written.
pub(super) fn match_and_actions(fields: &Fields<'_>) -> Result<Option<SqlText>> {
    let mut parts = Vec::new();
    if let Some(kind) = fields.maybe("match_type")?.filter(|kind| !kind.eq_ignore_ascii_case("SIMPLE")) {
        parts.push(format!("MATCH {}", kind.value.to_uppercase()));
    }
    for (key, words) in [("on_delete", "ON DELETE"), ("on_update", "ON UPDATE")] {
        let action = fields.maybe(key)?.filter(|action| !action.eq_ignore_ascii_case("NO ACTION"));
        let columns = if key == "on_delete" { fields.names("on_delete_set_columns")? } else { Vec::new() };
        if let Some(action) = action {
            let columns = if columns.is_empty() { String::new() } else { format!(" ({})", listed(&columns)) };
            parts.push(format!("{words} {}{columns}", action.value.to_uppercase()));
        }
    }
    parts.extend(deferrable(fields)?);
    Ok((!parts.is_empty()).then(|| Located::new(parts.join(" "), fields.span)))
}

fn deferrable(fields: &Fields<'_>) -> Result<Option<String>> {
    let deferrable = fields.flag("deferrable")?.unwrap_or_default();
    let deferred = fields.flag("initially_deferred")?.unwrap_or_default();
    Ok(match (deferrable, deferred) {
        (_, true) => Some("DEFERRABLE INITIALLY DEFERRED".to_owned()),
        (true, false) => Some("DEFERRABLE".to_owned()),
        (false, false) => None,
    })
}

/// A check of one column that is there.
pub(super) fn inline_check(fields: &Fields<'_>, table: &Located<TableRef>) -> Result<AddCheck> {
    let condition = fields.text("constraint")?;
    let name = Some(fields.name("name")?);
    let options = fields.flag("no_inherit")?.filter(|no| *no);
    fields.finish()?;
    Ok(AddCheck {
        table: table.clone(),
        name,
        check: crate::migration::operation::Expr::new(condition.value, condition.span),
        options: options.map(|_| Located::new("NO INHERIT".to_owned(), condition.span)),
        not_valid: false,
    })
}

/// `INCLUDE` columns, and everything else that is said of a constraint's index.
pub(super) fn index_parameters(fields: &Fields<'_>) -> Result<(Vec<Name>, Option<String>)> {
    let Some(inner) = fields.inside("index_parameters")? else { return Ok((Vec::new(), None)) };
    let include = inner.names("include_columns")?;
    let storage = inner.maybe("storage_parameters")?.map(|text| format!("WITH ({})", text.value));
    let space = inner.maybe("tablespace")?;
    let space = space.map(|name| format!("USING INDEX TABLESPACE {}", crate::ident::Ident::new(name.value)));
    inner.finish()?;
    let rest: Vec<String> = storage.into_iter().chain(space).collect();
    Ok((include, (!rest.is_empty()).then(|| rest.join(" "))))
}

/// A constraint of a new table, as SQL writes it.
pub(super) fn constraint(fields: &Fields<'_>, table: &Located<TableRef>) -> Result<SqlText> {
    let (name, type_) = (fields.name("name")?, fields.text("type")?);
    let columns = fields.names("columns")?;
    let no_inherit = if fields.flag("no_inherit")?.unwrap_or_default() { " NO INHERIT" } else { "" };
    let nulls =
        if fields.flag("nulls_not_distinct")?.unwrap_or_default() { " NULLS NOT DISTINCT" } else { "" };
    let (include, parameters) = index_parameters(fields)?;
    let include = if include.is_empty() { String::new() } else { format!(" INCLUDE ({})", listed(&include)) };
    let parameters = parameters.map(|text| format!(" {text}")).unwrap_or_default();
    let check = fields.maybe("check")?;
    let references = fields.inside("references")?;
    let exclude = fields.inside("exclude")?;
    let deferrable = deferrable(fields)?.map(|text| format!(" {text}")).unwrap_or_default();
    let body = match (type_.value.as_str(), check, references, exclude) {
        ("unique", ..) => format!("UNIQUE{nulls} ({}){include}{parameters}{deferrable}", listed(&columns)),
        ("primary_key", ..) => format!("PRIMARY KEY ({}){include}{parameters}{deferrable}", listed(&columns)),
        ("check", Some(check), ..) => format!("CHECK ({}){no_inherit}", check.value),
        ("foreign_key", _, Some(to), _) => {
            let (there, to_columns) = (to.table("table")?, to.names("columns")?);
            to.maybe("name")?;
            let options = match_and_actions(&to)?.map(|text| format!(" {}", text.value)).unwrap_or_default();
            to.finish()?;
            let to_columns =
                if to_columns.is_empty() { String::new() } else { format!(" ({})", listed(&to_columns)) };
            format!(
                "FOREIGN KEY ({}) REFERENCES {}{to_columns}{options}{deferrable}",
                listed(&columns),
                there.value
            )
        }
        ("exclude", _, _, Some(inner)) => {
            let method = inner.maybe("index_method")?.map_or_else(|| "gist".to_owned(), |text| text.value);
            let elements = inner.text("elements")?;
            let predicate = inner.maybe("predicate")?;
            inner.finish()?;
            let predicate = predicate.map(|text| format!(" WHERE ({})", text.value)).unwrap_or_default();
            format!("EXCLUDE USING {method} ({}){include}{parameters}{predicate}{deferrable}", elements.value)
        }
        ("check" | "foreign_key" | "exclude", ..) => {
            let what = if type_.value == "foreign_key" { "references" } else { type_.value.as_str() };
            return Err(
                fields.fault(format!("`{what}` of the constraint `{}` is missing", name.as_str()), "say it")
            );
        }
        (other, ..) => {
            let message = format!("pgroll has no constraint of type `{other}`");
            return Err(
                fields.fault(message, "its types are unique, check, primary_key, foreign_key and exclude")
            );
        }
    };
    fields.finish()?;
    Ok(Located::new(format!("CONSTRAINT {} {body}", name.value), table.span))
}
