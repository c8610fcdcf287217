//! Foreign keys to columns whose key the file replaces. PostgreSQL ties a foreign key to the unique index that it finds first,
//! which until contract is that of the old key: with such a foreign key on it, the old key could not go. So the foreign key
//! comes in the contract transaction, right after the old one went, and is validated behind it.

use super::online::validate;
use crate::catalog::{Constraint, ConstraintKind, Inbound};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::operation::AddForeignKey;
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Violations};

/// Whether a key, or a unique index, of these columns goes in this file.
pub(super) fn goes(parent: &TableName, columns: &[Ident], draft: &Draft<'_>) -> bool {
    let Some(table) = draft.first.tables.get(parent) else { return false };
    let same = |of: &[Ident]| of.len() == columns.len() && of.iter().all(|one| columns.contains(one));
    let key = |known: &&Constraint| {
        matches!(known.kind, ConstraintKind::PrimaryKey | ConstraintKind::Unique) && same(&known.columns)
    };
    let mut keys = table.constraints.iter().filter(key);
    let indexes = table.indexes.iter().filter(|index| index.unique && index.constraint.is_none());
    let mut indexes = indexes.filter(|index| {
        let parts: Vec<Ident> = index.parts.iter().take(index.keys).flatten().cloned().collect();
        same(&parts)
    });
    keys.any(|known| draft.drops_constraint(parent, &known.name))
        || indexes.any(|index| draft.drops_index(&TableName::new(parent.schema.clone(), index.name.clone())))
}

/// A foreign key in the place of one that the file drops.
pub(super) struct Replaced<'o> {
    pub(super) op: &'o AddForeignKey,
    pub(super) table: &'o TableName,
    pub(super) parent: &'o TableName,
    pub(super) referenced: &'o [Ident],
    pub(super) name: &'o Ident,
    /// `FOREIGN KEY (a) REFERENCES t (b)`
    pub(super) definition: &'o str,
    pub(super) orphans: Option<Violations>,
}

/// Plans it for contract.
///
/// # Errors
/// Exit 23 where no foreign key that is there keeps the rows right until then, or a column of either side is replaced.
pub(super) fn in_contract(key: Replaced<'_>, draft: &mut Draft<'_>) -> Result<()> {
    let Replaced { op, table, parent, referenced, name, definition, orphans } = key;
    let named: Vec<Ident> = op.columns.iter().map(|column| column.value.clone()).collect();
    let same = |known: &&Inbound| {
        known.table == *table
            && known.columns == *referenced
            && known.validated
            && draft.drops_constraint(table, &known.constraint)
            && draft.first.tables.get(table).is_some_and(|first| {
                first.constraints.iter().any(|one| one.name == known.constraint && one.columns == named)
            })
    };
    let there =
        draft.first.tables.get(parent).is_some_and(|first| first.referenced_by.iter().any(|one| same(&one)));
    let replaced = named.iter().any(|column| draft.changes_type(table, column))
        || referenced.iter().any(|column| draft.changes_type(parent, column));
    if !there || replaced {
        let error = Error::refused(format!(
            "foreign key `{}` of `{table}` refers to columns of `{parent}` whose key this file replaces",
            name.as_str()
        ));
        let hint = "put it in a migration that is expanded after this one is contracted; or drop a foreign key of the same columns \
                    above, in whose place it comes";
        return Err(draft.blame(error.hint(hint), op.references.span));
    }
    draft.touch(table, None);
    draft.takes_name_itself(table, name);
    draft.lock_in_contract(parent, LockMode::ShareRowExclusive);
    draft.in_contract(
        format!("add constraint {name} to {table}"),
        table,
        [format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID")],
    );
    if !op.not_valid {
        let step = validate(table, name);
        draft.contract_alone(crate::plan::Step { violations: orphans, ..step });
    }
    Ok(())
}
