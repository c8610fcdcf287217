//! Replacing a column by a shadow column, with all that hangs on it: what type changes, renames and NOT NULL with
//! `up` have in common.

use super::row::{Row, new_variable, old_side};
use crate::catalog::{Column, Constraint, Evidence, Index, Table, TypeInfo};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName, fit, literal};
use crate::migration::operation::Expr;
use crate::plan::dual_write::Pair;
use crate::plan::expression::{deferrability, index_tail, rename_column, rename_referring};
use crate::plan::planner::{Draft, NewSide, PairConversion};
use crate::plan::{LockMode, Step, TableLock, Work};

/// How a column's successor differs from it.
pub(super) struct Successor<'e> {
    /// Its name in the end.
    pub final_name: Ident,
    /// Its name while both releases run.
    pub physical: Ident,
    /// Its type as SQL writes it.
    pub type_text: String,
    /// Its type in parts.
    pub type_info: TypeInfo,
    /// Its collation, when it is not the type's own.
    pub collation: Option<String>,
    /// `NOT NULL` in the end.
    pub not_null: bool,
    /// New from old; none for the plain assignment.
    pub up: Option<&'e Expr>,
    /// Old from new; none for the plain assignment.
    pub down: Option<&'e Expr>,
    /// Whether `up` then `down` gives the old value back.
    pub lossless: bool,
    /// Whether `up` can fail on a value.
    pub can_fail: bool,
    /// Whether the new release has a name of its own to write to.
    pub counted: bool,
}

/// The name of a shadow column that will take the place of a column of the same name.
pub(super) fn shadow_name(column: &Ident) -> Ident {
    column.prefixed("_midflight_")
}

/// Plans the replacement.
pub(super) fn plan(
    draft: &mut Draft<'_>,
    table_name: &TableName,
    table: &Table,
    old: &Column,
    new: &Successor<'_>,
) -> Result<()> {
    refuse_what_cannot_follow(table_name, table, old)?;
    let old_name = Ident::new(old.name.as_str());
    let mut definition = new.type_text.clone();
    if let Some(collation) = &new.collation {
        definition.push_str(&format!(" COLLATE {collation}"));
    }
    draft.touch(table_name, Some(&old_name));
    draft.touch(table_name, Some(&new.final_name));
    draft.shadow_column(table_name, &new.physical, &definition, attributes(table_name, old, &new.physical));

    let successor = new_variable(&new.final_name, &new.physical, &new.type_info);
    let up = Row::old(draft, table_name, table).derive(&new.physical, &new.type_info, new.up, &old_name);
    let new_row = Row::new(draft, table_name, table, std::slice::from_ref(&successor));
    let down = new_row.derive(&old_name, &old.type_info, new.down, &new.final_name);
    let pair = Pair {
        old: old_side(table, std::slice::from_ref(&old_name), std::slice::from_ref(&up)),
        new: vec![successor],
        up: vec![up],
        down: vec![down],
        can_fail: new.can_fail,
        counted: new.counted,
    };
    let side =
        NewSide { physical: new.physical.clone(), type_info: new.type_info.clone(), not_null: new.not_null };
    draft.dual_write(table_name, pair, PairConversion { columns: vec![side], lossless: new.lossless })?;

    if new.not_null {
        enforce_not_null(draft, table_name, &new.physical);
    }
    let carried = carry(draft, table_name, table, &old_name, new);
    let mut swap: Vec<String> = hand_over_sequence(table_name, old, &new.physical).into_iter().collect();
    swap.push(format!("ALTER TABLE {table_name} DROP COLUMN {old_name}"));
    if new.physical != new.final_name {
        swap.push(format!("ALTER TABLE {table_name} RENAME COLUMN {} TO {}", new.physical, new.final_name));
    }
    if let Some(default) = &old.default {
        swap.push(format!("ALTER TABLE {table_name} ALTER COLUMN {} SET DEFAULT {default}", new.final_name));
    }
    swap.extend(carried);
    let summary = if new.physical == new.final_name {
        format!("drop {table_name}.{old_name}; {} stays", new.final_name)
    } else {
        format!("drop the old {table_name}.{old_name}; its shadow column takes the name")
    };
    draft.swap(summary, table_name, swap);
    Ok(())
}

/// Makes a filled column NOT NULL: after its rows, and under no lock that outlasts a catalog change.
pub(super) fn enforce_not_null(draft: &mut Draft<'_>, table: &TableName, column: &Ident) {
    let check = Draft::not_null_check(column);
    draft.after_rows(Step::catalog_only(
        format!("require {table}.{column} in new rows"),
        table,
        LockMode::AccessExclusive,
        vec![format!("ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID")],
        vec![format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {check}")],
    ));
    draft.after_rows(validate(table, &check));
    draft.after_rows(Step::catalog_only(
        format!("set {table}.{column} NOT NULL, which the validated check proves"),
        table,
        LockMode::AccessExclusive,
        vec![
            format!("ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL"),
            format!("ALTER TABLE {table} DROP CONSTRAINT {check}"),
        ],
        vec![format!("ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL")],
    ));
}

/// Validates a constraint while reads and writes go on: alone in its transaction, so that nothing but SHARE UPDATE
/// EXCLUSIVE is held during the scan.
pub(super) fn validate(table: &TableName, constraint: &Ident) -> Step {
    let sql = vec![format!("ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}")];
    let summary = format!("validate {constraint} on {table}");
    Step {
        work: Work::Scan,
        ..Step::catalog_only(summary, table, LockMode::ShareUpdateExclusive, sql, Vec::new())
    }
}

fn refuse_what_cannot_follow(table_name: &TableName, table: &Table, old: &Column) -> Result<()> {
    let mut obstacles: Vec<String> =
        table.dependents.get(&Ident::new(old.name.as_str())).cloned().unwrap_or_default();
    let on_column = |columns: &[String]| columns.contains(&old.name);
    obstacles.extend(
        table
            .referenced_by
            .iter()
            .filter(|key| on_column(&key.columns))
            .map(|key| format!("foreign key {} of table {}", key.constraint, key.table)),
    );
    obstacles.extend(
        table
            .constraints
            .iter()
            .filter(|c| c.kind == 'x' && on_column(&c.columns))
            .map(|c| format!("exclusion constraint {}", c.name)),
    );
    if old.identity.is_some() {
        obstacles.push("its identity sequence".to_owned());
    }
    if old.generated.is_some() {
        obstacles.push("its generation expression".to_owned());
    }
    if obstacles.is_empty() {
        return Ok(());
    }
    let error = Error::refused(format!(
        "column `{}` of `{table_name}` has dependents that can't follow it online yet",
        old.name
    ))
    .details(obstacles.into_iter().map(|obstacle| format!("depends on it: {obstacle}")));
    Err(error.hint("drop them in an earlier migration and create them again in a later one"))
}

/// What a plain ADD COLUMN does not copy.
fn attributes(table: &TableName, old: &Column, new: &Ident) -> Vec<String> {
    let mut sql = Vec::new();
    let mut alter = |action: String| sql.push(format!("ALTER TABLE {table} ALTER COLUMN {new} {action}"));
    if let Some(statistics) = old.statistics {
        alter(format!("SET STATISTICS {statistics}"));
    }
    if let Some(storage) = &old.storage {
        alter(format!("SET STORAGE {storage}"));
    }
    if let Some(compression) = &old.compression {
        alter(format!("SET COMPRESSION {compression}"));
    }
    if !old.options.is_empty() {
        alter(format!("SET ({})", old.options.join(", ")));
    }
    if let Some(comment) = &old.comment {
        sql.push(format!("COMMENT ON COLUMN {table}.{new} IS {}", literal(comment)));
    }
    sql.extend(old.grants.iter().map(|grant| {
        let grantee =
            grant.grantee.as_deref().map_or("PUBLIC".to_owned(), |role| Ident::new(role).to_string());
        let option = if grant.grantable { " WITH GRANT OPTION" } else { "" };
        format!("GRANT {} ({new}) ON {table} TO {grantee}{option}", grant.privilege)
    }));
    sql
}

fn hand_over_sequence(table: &TableName, old: &Column, new: &Ident) -> Option<String> {
    old.owned_sequence.as_ref().map(|sequence| format!("ALTER SEQUENCE {sequence} OWNED BY {table}.{new}"))
}

/// Builds copies of every index and constraint that names the old column. Gives the statements of the contract
/// transaction that let the copies take the names.
fn carry(
    draft: &mut Draft<'_>,
    table_name: &TableName,
    table: &Table,
    old: &Ident,
    successor: &Successor<'_>,
) -> Vec<String> {
    let new = &successor.physical;
    let mut carried = Vec::new();
    let names_old = |columns: &[String]| columns.iter().any(|column| column == old.as_str());
    for index in table.indexes.iter().filter(|index| index.valid && names_old(&index.columns)) {
        let owner =
            index.constraint.as_ref().and_then(|name| table.constraints.iter().find(|c| c.name == *name));
        carry_index(draft, table_name, index, owner, old, new, &mut carried);
        if successor.physical != successor.final_name {
            carried.extend(index_column_names(table_name, index, old, successor));
        }
    }
    for constraint in table.constraints.iter().filter(|constraint| names_old(&constraint.columns)) {
        if matches!(constraint.kind, 'c' | 'f') {
            carry_constraint(draft, table_name, constraint, old, new, &mut carried);
        }
    }
    carried
}

fn carry_index(
    draft: &mut Draft<'_>,
    table: &TableName,
    index: &Index,
    owner: Option<&Constraint>,
    old: &Ident,
    new: &Ident,
    carried: &mut Vec<String>,
) {
    let name = Ident::new(index.name.as_str());
    let copy = name.prefixed("_midflight_");
    let full = TableName::new(table.schema.clone(), copy.clone());
    let unique = if index.unique { "UNIQUE " } else { "" };
    let tail = rename_column(index_tail(&index.definition), old, new);
    draft.after_rows(Step::alone(
        format!("build the copy of index {name} on {new}"),
        table,
        format!("CREATE {unique}INDEX CONCURRENTLY {copy} ON {table} {tail}"),
        vec![format!("DROP INDEX CONCURRENTLY IF EXISTS {full}")],
        Work::IndexBuild,
        Evidence::IndexValid(full.clone()),
    ));
    match owner {
        Some(constraint) => {
            let kind = if constraint.kind == 'p' { "PRIMARY KEY" } else { "UNIQUE" };
            let constraint_name = Ident::new(constraint.name.as_str());
            let deferrable = deferrability(&constraint.definition);
            let add = format!(
                "ALTER TABLE {table} ADD CONSTRAINT {constraint_name} {kind} USING INDEX {copy} {deferrable}"
            );
            carried.push(add.trim_end().to_owned());
            carried.extend(comment(
                "CONSTRAINT",
                &format!("{constraint_name} ON {table}"),
                constraint.comment.as_deref(),
            ));
        }
        None => carried.push(format!("ALTER INDEX {full} RENAME TO {name}")),
    }
    let final_name = TableName::new(table.schema.clone(), name.clone());
    carried.extend(comment("INDEX", &final_name.to_string(), index.comment.as_deref()));
    if index.replica_identity {
        carried.push(format!("ALTER TABLE {table} REPLICA IDENTITY USING INDEX {name}"));
    }
    if index.clustered {
        carried.push(format!("ALTER TABLE {table} CLUSTER ON {name}"));
    }
}

/// An index keeps the names its columns had when it was built, and `psql` shows them.
fn index_column_names(table: &TableName, index: &Index, old: &Ident, new: &Successor<'_>) -> Vec<String> {
    let full = TableName::new(table.schema.clone(), Ident::new(index.name.as_str()));
    let same = index.parts.iter().filter(|part| part.as_str() == old.as_str());
    // PostgreSQL numbers the columns of an index that holds one column of the table more than once.
    let numbered = |name: &Ident, at: usize| match at {
        0 => name.clone(),
        at => Ident::new(fit(&format!("{}{at}", name.as_str()))),
    };
    let rename = |(at, _)| {
        let (from, to) = (numbered(&new.physical, at), numbered(&new.final_name, at));
        format!("ALTER TABLE {full} RENAME COLUMN {from} TO {to}")
    };
    same.enumerate().map(rename).collect()
}

fn carry_constraint(
    draft: &mut Draft<'_>,
    table: &TableName,
    constraint: &Constraint,
    old: &Ident,
    new: &Ident,
    carried: &mut Vec<String>,
) {
    let name = Ident::new(constraint.name.as_str());
    let copy = Ident::new(fit(&format!("_midflight_{}", constraint.name)));
    let definition = constraint.definition.trim_end_matches(" NOT VALID");
    let mut locks = vec![TableLock { table: table.clone(), mode: LockMode::AccessExclusive }];
    let definition = if constraint.kind == 'f' {
        locks[0].mode = LockMode::ShareRowExclusive;
        if let Some(parent) = &constraint.references {
            locks.insert(0, TableLock { table: parent.clone(), mode: LockMode::ShareRowExclusive });
            // Dropping the old column drops its foreign key, and that locks the other table as well.
            draft.swap_lock(parent, LockMode::AccessExclusive);
        }
        rename_referring(definition, old, new)
    } else {
        rename_column(definition, old, new)
    };
    let mut step = Step::catalog_only(
        format!("add the copy of constraint {name} on {new}, not valid yet"),
        table,
        LockMode::AccessExclusive,
        vec![format!("ALTER TABLE {table} ADD CONSTRAINT {copy} {definition} NOT VALID")],
        vec![format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {copy}")],
    );
    step.locks = locks;
    draft.after_rows(step);
    if constraint.validated {
        draft.after_rows(validate(table, &copy));
    }
    carried.push(format!("ALTER TABLE {table} RENAME CONSTRAINT {copy} TO {name}"));
    carried.extend(comment("CONSTRAINT", &format!("{name} ON {table}"), constraint.comment.as_deref()));
}

fn comment(kind: &str, object: &str, text: Option<&str>) -> Option<String> {
    text.map(|text| format!("COMMENT ON {kind} {object} IS {}", literal(text)))
}
