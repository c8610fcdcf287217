//! Changes of catalog rows only: defaults, comments, DROP NOT NULL. Not one table row is touched.

use crate::catalog::{Column, RelationKind};
use crate::error::Result;
use crate::ident::literal;
use crate::migration::operation::{ColumnTarget, SetComment, SetDefault};
use crate::plan::planner::{ColumnChange, Draft};
use crate::plan::{LockMode, Step};

pub(super) fn set_default(op: &SetDefault, draft: &mut Draft<'_>) -> Result<()> {
    default(
        &ColumnTarget { table: op.table.clone(), column: op.column.clone() },
        Some(op.default.text()),
        draft,
    )
}

pub(super) fn drop_default(op: &ColumnTarget, draft: &mut Draft<'_>) -> Result<()> {
    default(op, None, draft)
}

fn default(op: &ColumnTarget, new: Option<&str>, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table_or_partitioned(&op.table)?;
    let column = draft.column(&table_name, &table, &op.column)?;
    let name = &column.name;
    let action = |default: Option<&str>| {
        default.map_or("DROP DEFAULT".to_owned(), |text| format!("SET DEFAULT {text}"))
    };
    let alter = |default: Option<&str>| {
        vec![format!("ALTER TABLE {table_name} ALTER COLUMN {name} {}", action(default))]
    };
    let summary = format!("{} on {table_name}.{name}", action(new));
    draft.touch(&table_name, Some(name));
    // What the former default was made with is not needed by it any more.
    draft.drops_default(table.oid, name);
    if draft.is_fed_in_contract(&table_name, name)
        || new.is_none() && draft.makes_identity_below(&table_name, name)
    {
        // Until then the column has its identity, or the default in the place of one, and both releases rely on it.
        draft.feeds_in_contract(&table_name, name);
        draft.in_contract(summary, &table_name, alter(new));
        return Ok(());
    }
    if draft.changes_type(&table_name, name) {
        // The old release goes on with the old type, and with the default that it knows.
        let read_as_old = |text: &str| match draft.type_is_still_old(&table_name, name) {
            // The old type reads the literal, as it does where the statements run one after the other.
            true if text.trim_start().starts_with('\'') && !is_text(column) => {
                format!("CAST({text} AS {})", column.type_)
            }
            _ => text.to_owned(),
        };
        let default = new.map(read_as_old);
        draft.change_column(&table_name, name, ColumnChange::Default(default));
        return Ok(());
    }
    if draft.adds_column(&table_name, name) && column.not_null && new.is_none() {
        // The old release doesn't write the column.
        draft.in_contract(summary, &table_name, alter(None));
        return Ok(());
    }
    draft.change_column(&table_name, name, ColumnChange::Default(new.map(str::to_owned)));
    if new.is_none() && column.not_null && column.default.is_some() && !draft.is_new(&table_name) {
        let text = format!(
            "from expand on an INSERT into {table_name} that leaves {name} out fails (SQLSTATE 23502): the column is NOT NULL, \
             and has no default any more"
        );
        draft.warn(false, text);
    }
    draft.expand(Step::catalog_only(
        summary,
        &table_name,
        LockMode::AccessExclusive,
        alter(new),
        alter(column.default.as_deref()),
    ));
    Ok(())
}

fn is_text(column: &Column) -> bool {
    let below =
        column.type_info.below.as_ref().map_or(column.type_info.base.as_str(), |below| below.base.as_str());
    ["text", "character varying", "character", "name"].contains(&below)
}

/// The new release may write NULL, so the flag goes in expand; readers of the old release have to live with it.
pub(super) fn drop_not_null(op: &ColumnTarget, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table_or_partitioned(&op.table)?;
    let column = draft.column(&table_name, &table, &op.column)?;
    let name = column.name.clone();
    if !column.not_null {
        draft.note(format!("{table_name}.{name} is nullable already"));
        return Ok(());
    }
    draft.touch(&table_name, Some(&name));
    draft.change_column(&table_name, &name, ColumnChange::Nullable);
    let in_key = draft.first.tables.get(&table_name).is_some_and(|first| first.key().contains(&name));
    if in_key || draft.is_fed_in_contract(&table_name, &name) {
        // The primary key or the identity that is there until contract requires it.
        draft.in_contract(
            format!("let {table_name}.{name} be NULL"),
            &table_name,
            [format!("ALTER TABLE {table_name} ALTER COLUMN {name} DROP NOT NULL")],
        );
        return Ok(());
    }
    let step = super::online::let_be_null(draft, &table_name, &table, &name);
    draft.expand(step);
    Ok(())
}

pub(super) fn set_comment(op: &SetComment, draft: &mut Draft<'_>) -> Result<()> {
    if comment_on_other_column(op, draft) {
        return Ok(());
    }
    let (table_name, table) = draft.table_or_partitioned(&op.table)?;
    let (object, old) = match &op.column {
        Some(column) => {
            let found = draft.column(&table_name, &table, column)?;
            (format!("COLUMN {table_name}.{}", found.name), found.comment.clone())
        }
        None => (format!("TABLE {table_name}"), table.comment),
    };
    let comment = |text: Option<&str>| {
        vec![format!("COMMENT ON {object} IS {}", text.map_or("NULL".to_owned(), literal))]
    };
    draft.touch(&table_name, op.column.as_deref());
    if let Some(column) = &op.column {
        draft.change_column(&table_name, column, ColumnChange::Comment(op.comment.clone()));
    }
    draft.expand(Step::catalog_only(
        format!("comment on {object}"),
        &table_name,
        LockMode::ShareUpdateExclusive,
        comment(op.comment.as_deref()),
        comment(old.as_deref()),
    ));
    Ok(())
}

/// `COMMENT ON COLUMN` takes columns of views and of row types as well. What one said before is not read, so it waits for contract, after
/// views have been recreated.
fn comment_on_other_column(op: &SetComment, draft: &mut Draft<'_>) -> bool {
    let (name, Some(column)) = (draft.resolve(&op.table), &op.column) else { return false };
    let other = matches!(
        draft.relation_kind(&name),
        Some(
            RelationKind::View
                | RelationKind::MaterializedView
                | RelationKind::ForeignTable
                | RelationKind::CompositeType
        )
    );
    if !other {
        return false;
    }
    let object = format!("COLUMN {name}.{column}");
    let comment = op.comment.as_deref().map_or("NULL".to_owned(), literal);
    let (summary, sql) = (format!("comment on {object}"), vec![format!("COMMENT ON {object} IS {comment}")]);
    draft.touch(&name, None);
    match draft.first.relations.contains_key(&name) {
        true => draft.last_in_contract(summary, None, sql),
        false => draft.expand(Step::free(summary, sql, Vec::new())),
    }
    true
}
