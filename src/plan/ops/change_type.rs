//! `ALTER COLUMN … TYPE`: in place where PostgreSQL only changes the catalog, by shadow column elsewhere.

use super::in_place;
use super::replace::{self, Successor, shadow_name};
use crate::catalog::{Column, ConstraintKind, Table, TypeInfo};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::expression::Cast;
use crate::migration::operation::{ChangeType, Expr, Operation};
use crate::pg::parameters::compared;
use crate::pg::session::fixed_form;
use crate::plan::planner::Draft;
use crate::plan::types::{Widening, widening};

pub(super) fn plan(op: &ChangeType, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table_of_rows(&op.table)?;
    draft.there_before(&table_name, &op.column)?;
    let old = draft.changed_column(&table_name, &table, &op.column)?;
    let new_type = draft.column_type(&op.type_)?;
    let name = old.name.clone();
    let custom = !is_plain_cast(op, &new_type, draft);
    let collation = op.collation.as_ref().map(|written| written.value.clone());
    let last = op.rename_to.as_ref().map_or_else(|| name.clone(), |to| to.value.clone());
    let renamed = last != name;
    if let Some(to) = &op.rename_to {
        draft.free_column(&table_name, &table, to)?;
        draft.can_be_left_out(&table_name, old, op.column.span)?;
    }

    if !custom && !renamed && collation.is_none() && new_type == old.type_info {
        draft.note(format!("{table_name}.{name} is {} already", old.type_));
        return Ok(());
    }
    draft.typed.push((table_name.clone(), name.clone()));
    let kind = if custom {
        Widening::Unknown
    } else {
        widening(&old.type_info, &new_type, draft.now.assigns(&old.type_info, &new_type))
    };
    // The rows of a materialized view have the old type, and another one is made beside it over a shadow column only.
    let stored = table.views.iter().any(|view| {
        view.stored.is_some() && view.columns.contains(&old.name) && draft.keeps(&view.described())
    });
    let mut partitions = draft.now.below(&table);
    let rescans = rescans(&table, old) || partitions.any(|(_, partition)| rescans(partition, old));
    drop(partitions);
    let in_place = !renamed && collation.is_none() && !rescans && !stored;
    if kind == Widening::CatalogOnly && in_place {
        in_place::refuse_obstacles(draft, &table_name, &table, old)?;
        draft.touch(&table_name, Some(&name));
        draft.changes_in_place(&table_name, &name);
        // Without the word for it PostgreSQL would go back to the type's own collation, and rebuild the indexes.
        let collation = old.collation.as_ref().map(|own| format!(" COLLATE {own}")).unwrap_or_default();
        let action = format!("ALTER COLUMN {name} TYPE {}{collation}", op.type_.value);
        draft.tries(&table_name, action.clone());
        if !draft.versioned() {
            tell_of_prepared(draft, &table_name, old, &new_type, &op.type_.value);
        }
        draft.in_contract(
            format!("change {table_name}.{name} to {} in place: no rewrite", op.type_.value),
            &table_name,
            [format!("ALTER TABLE {table_name} {action}")],
        );
        return Ok(());
    }
    if op.up.is_none() && kind == Widening::NoAssignmentCast {
        let error = Error::usage(format!(
            "column `{name}` can't be cast automatically from {} to {}",
            old.type_, op.type_.value
        ))
        .hint(format!("write how: `USING {name}::{}` in SQL, `up:` in YAML", op.type_.value));
        return Err(draft.blame(error, op.type_.span));
    }
    let lossless = matches!(kind, Widening::Lossless | Widening::CatalogOnly);
    // Where both releases know one name until contract, nobody writes the new side, and nothing flows back.
    let seen = renamed || draft.versioned();
    let one_way = op.down.is_none() && !seen;
    if seen && !renamed {
        draft.can_be_left_out(&table_name, old, op.column.span)?;
    }
    if op.down.is_none() && !lossless && seen {
        return Err(draft.blame(way_back_missing(old, &new_type, op, custom, draft), op.type_.span));
    }
    // Some types are only assigned one way: a number to a text, and not back.
    let cast_back = || Expr::new(format!("{last}::{}", old.type_), op.type_.span);
    // Whether `=` of another collation is identity isn't known; comparing by image is right for each.
    let new_type = match &collation {
        None if old.collation.is_none() || old.type_info.equality_is_identity => new_type,
        _ => TypeInfo { equality_is_identity: false, ..new_type },
    };
    let back = (op.down.is_none() && !draft.now.assigns(&new_type, &old.type_info)).then(cast_back);
    let successor = Successor {
        // A column with a name of its own needs no other while both releases run.
        physical: if renamed { last.clone() } else { shadow_name(&name) },
        final_name: last,
        type_text: op.type_.value.clone(),
        type_info: new_type,
        collation: collation.or_else(|| old.collation.clone()),
        not_null: old.not_null,
        up: op.up.as_ref(),
        down: op.down.as_ref().or(back.as_ref()),
        lossless: lossless || one_way,
        one_way,
        known_back: lossless || op.down.is_some(),
        can_fail: !lossless,
        nulls_written: op.nulls_written,
    };
    sequence_stays(&table_name, old, &successor, draft);
    // PostgreSQL refuses to run a prepared statement whose result has another type than when it was prepared.
    let zone = zone_note(&old.type_info.base, &successor.type_info.base);
    let computes = custom && op.up.as_ref().is_some_and(|up| !up.is_casts_of_a_column());
    match zone {
        Some(zone) if !renamed => draft.note(format!("until contract {table_name}.{name} {zone}")),
        None if !renamed && computes => draft.note(format!(
            "contract gives {table_name}.{name} what `USING` computes, under the running release: where that is another \
             meaning and not another type alone, give it a name of its own (`transform_columns` in YAML)"
        )),
        Some(_) | None => {}
    }
    if renamed {
        return replace::plan(draft, &table_name, &table, old, &successor);
    }
    if draft.versioned() {
        return replace::plan(draft, &table_name, &table, old, &successor);
    }
    tell_of_prepared(draft, &table_name, old, &successor.type_info, &op.type_.value);
    replace::plan(draft, &table_name, &table, old, &successor)
}

/// Statements that were prepared for the old type: those that return the column, and those that only send it.
fn tell_of_prepared(draft: &mut Draft<'_>, table: &TableName, old: &Column, new: &TypeInfo, written: &str) {
    let name = &old.name;
    let sent = match (draft.now.assigns(&old.type_info, new), compared(&new.base, &old.type_info.base)) {
        (true, true) => String::new(),
        (true, false) => format!(
            "; one that compares it with a parameter of type {} fails too (SQLSTATE 42883)",
            old.type_
        ),
        (false, true) => {
            format!("; one that sets it to a parameter of type {} fails too (SQLSTATE 42804)", old.type_)
        }
        (false, false) => format!(
            "; one that sends it as a parameter of type {} fails too (SQLSTATE 42804 where it sets the column, 42883 where it \
             compares)",
            old.type_
        ),
    };
    draft.warn(
        true,
        format!(
            "contract gives {table}.{name} its new type under the running release: a prepared statement that returns the column \
             bare fails from then on (`cached plan must not change result type`, SQLSTATE 0A000) until its connection prepares \
             it again, which some drivers never do{sent}. Have the new release select `{name}::{written}` and send \
             `$1::{written}`, which is right before and after, or let it reconnect after contract; `version_schemas` spares it"
        ),
    );
}

/// PostgreSQL gives the sequence of an identity column the new type, and that of a serial column not.
fn sequence_stays(table: &TableName, old: &Column, new: &Successor<'_>, draft: &mut Draft<'_>) {
    let Some(sequence) = &old.owned_sequence else { return };
    let widened = matches!(
        (old.type_info.base.as_str(), new.type_info.base.as_str()),
        ("smallint", "integer" | "bigint") | ("integer", "bigint")
    );
    let set = |operation: &Operation| match operation {
        Operation::AlterSequence(op) => draft.resolve(&op.name) == *sequence,
        _ => false,
    };
    if widened && !draft.migration.steps.iter().any(|step| set(&step.operation)) {
        draft.note(format!(
            "sequence {sequence} of {table}.{} keeps its own type and ends where that ends, as with psql: add `ALTER SEQUENCE \
             {sequence} AS {};` to the file",
            old.name, new.type_info.base
        ));
    }
}

/// One literal means two moments, before contract and after it, unless the writer's TimeZone is that of the expression.
fn zone_note(old: &str, new: &str) -> Option<&'static str> {
    match (old, new) {
        ("timestamp without time zone", "timestamp with time zone") => Some(
            "is a timestamp: a value with a zone loses it, and from contract on one without a zone means the TimeZone of \
             the session. Have every writer use the zone that `USING` names",
        ),
        ("timestamp with time zone", "timestamp without time zone") => Some(
            "is a timestamptz: a value without a zone means the TimeZone of the session, and from contract on a zone is lost. \
             Have every writer use the zone that `USING` names",
        ),
        _ => None,
    }
}

/// The line to write, in the words of the statement: a rename in the same file has given the column another name, or will.
/// Where `USING` computes nobody knows the way back but who wrote it.
fn way_back_missing(old: &Column, new: &TypeInfo, op: &ChangeType, custom: bool, draft: &Draft<'_>) -> Error {
    let written = draft.migration.steps.iter().find_map(|step| match &step.operation {
        Operation::ChangeType(raw) if raw.type_.span == op.type_.span => Some(raw),
        _ => None,
    });
    let name = written.map_or(&old.name, |raw| &raw.column.value);
    let shown = written.map_or(&op.type_.value, |raw| &raw.type_.value);
    let computes = custom && op.up.as_ref().is_some_and(|up| !up.is_casts_of_a_column());
    let own = |type_: &TypeInfo| type_.base.contains('.') || draft.new_type(&type_.base).is_some();
    let fixed = match (new.base.as_str(), old.type_info.base.as_str()) {
        // The cast writes the bytes by `bytea_output`, and not the text that they were.
        ("bytea", "text" | "character varying") => Some(format!("convert_from({name}, 'UTF8')")),
        (from, to) => fixed_form(from, to, &name.to_string()),
    };
    let back = match (computes, own(&old.type_info) && own(new)) {
        (true, _) => "…".to_owned(),
        (false, true) => format!("{name}::text::{}", old.type_),
        (false, false) => fixed.unwrap_or_else(|| format!("{name}::{}", old.type_)),
    };
    Error::refused(format!("the way back from {shown} to {} is not known to be exact", old.type_)).hint(format!(
        "until contract the old column has to stay complete; say how to compute it, in SQL by a comment above the \
         statement: `-- midflight: reverse {name} = {back}`, in YAML by `down:`"
    ))
}

/// `USING column::type` says what leaving it out says.
fn is_plain_cast(op: &ChangeType, new: &TypeInfo, draft: &Draft<'_>) -> bool {
    let Some(up) = &op.up else { return true };
    match up.plain_cast_of(&op.table.name, &op.column) {
        Some(Cast::Assigned) => true,
        Some(Cast::To(type_)) => draft.known_type(&type_).is_some_and(|cast| cast == *new),
        None => false,
    }
}

/// Even a catalog-only change checks constraints again and rebuilds expression and partial indexes, under ACCESS
/// EXCLUSIVE.
fn rescans(table: &Table, column: &Column) -> bool {
    let on_column = |columns: &[Ident]| columns.contains(&column.name);
    let rechecked = |kind: ConstraintKind| matches!(kind, ConstraintKind::Check | ConstraintKind::ForeignKey);
    let checks = table.constraints.iter().any(|c| rechecked(c.kind) && on_column(&c.columns));
    let indexes = table
        .indexes
        .iter()
        .any(|i| on_column(&i.columns) && (i.has_expressions || i.definition.contains(" WHERE ")));
    checks || indexes || table.referenced_by.iter().any(|key| on_column(&key.columns))
}
