//! Replacing a column by a shadow column: what type changes and NOT NULL with `up` have in common. What depends on the
//! column follows in `copy_indexes` and `recreate_dependents`.

use super::online::enforce_not_null;
use super::partitions;
use super::pending_rule;
use super::row::{Row, check, new_variable, old_side};
use crate::catalog::{Column, ConstraintKind, Identity, Sequence, Table, TypeInfo, View};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName, literal};
use crate::migration::operation::Expr;
use crate::plan::conversion::{NewSide, PairConversion};
use crate::plan::dual_write::Pair;
use crate::plan::keep::KeptPair;
use crate::plan::planner::{Draft, Replaced, Stays};
use crate::plan::publications;

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
    /// Whether nothing flows back: nobody writes the new side.
    pub one_way: bool,
    /// Whether `down` is exact, or the file's own: what is kept after contract is computed by it.
    pub known_back: bool,
    /// Whether `up` can fail on a value.
    pub can_fail: bool,
    /// Whether NULL in it counts as written while a row is pending.
    pub nulls_written: bool,
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
    refuse_what_cannot_follow(draft, table_name, table, old, new)?;
    let old_name = old.name.clone();
    let mut definition = new.type_text.clone();
    if let Some(collation) = &new.collation {
        definition.push_str(&format!(" COLLATE {collation}"));
    }
    draft.touch(table_name, Some(&old_name));
    draft.touch(table_name, Some(&new.final_name));
    // PostgreSQL goes back to how a new type's values are stored.
    let reset = Column { storage: None, compression: None, ..old.clone() };
    let attributed = if new.type_text == old.type_ { old } else { &reset };
    let mut more = attributes(table_name, attributed, &new.physical);
    more.extend(partitions::attributes(draft, table, &old_name, &new.physical));
    draft.shadow_column(table_name, &new.physical, &definition, &new.type_info, more)?;

    let successor = new_variable(&new.final_name, &new.physical, &new.type_info);
    let up = Row::old(draft, table_name, table).derive(&new.physical, &new.type_info, new.up, &old_name);
    let new_row = Row::new(draft, table_name, table, std::slice::from_ref(&successor));
    let back = || new_row.derive(&old_name, &old.type_info, new.down, &new.final_name);
    let down = (!new.one_way).then(back).into_iter().collect();
    draft.kept_pairs.push(KeptPair {
        table: table_name.clone(),
        old: vec![old_name.clone()],
        new: vec![successor.clone()],
        down: new.known_back.then(|| vec![back()]),
    });
    let hidden = new.final_name == old_name && !draft.versioned();
    // The new release writes the new side only where that has a name of its own. What it writes there is NULL in no row, and
    // says the same as the old side, where both are NOT NULL and nothing is lost on the way.
    let plain = new.not_null && new.lossless && new.up.is_none() && new.down.is_none();
    let nulls = if new.nulls_written { vec![0] } else { Vec::new() };
    // Where rows move between partitions the marker tells one that does from a new one.
    let moves = table.partitioning.is_some() && !new.one_way;
    let marker = if hidden && !moves || plain { None } else { Some(draft.marker(table_name, nulls)?) };
    let pair = Pair {
        old: old_side(table, std::slice::from_ref(&old_name), std::slice::from_ref(&up)),
        new: vec![successor],
        up: vec![up],
        down,
        can_fail: new.can_fail,
        hidden,
        counted: !hidden,
        same_value: !hidden && plain,
        marker,
    };
    pending_rule::tell(draft, table_name, std::slice::from_ref(&old_name), &pair);
    let check = check(draft, new.up.into_iter().chain(new.down));
    let side =
        NewSide { physical: new.physical.clone(), type_info: new.type_info.clone(), not_null: new.not_null };
    draft.dual_write(table_name, pair, PairConversion { columns: vec![side], check })?;

    if new.not_null {
        enforce_not_null(draft, table_name, &new.physical, new.type_info.composite);
    }
    if table.columns.last().is_some_and(|last| last.name != old_name) {
        for at_contract in [false, true] {
            draft.warn(
                at_contract,
                format!(
                    "contract moves {table_name}.{old_name} to the end of the table: an INSERT or COPY without a list of \
                     columns writes to other columns from then on"
                ),
            );
        }
    }
    let (physical, last) = (new.physical.clone(), new.final_name.clone());
    draft.replaces(
        table_name,
        Replaced { old: old_name.clone(), physical, last, stays: Stays::New, not_null: new.not_null },
    );
    // Contract takes the old column from whatever depends on it by its type.
    draft.drops_table(table.oid, Some(&old_name));
    let mut contract_sql: Vec<String> = hand_over_sequence(table_name, table, old, &new.physical);
    contract_sql.push(format!("ALTER TABLE {table_name} DROP COLUMN {old_name}"));
    if new.physical != new.final_name {
        contract_sql
            .push(format!("ALTER TABLE {table_name} RENAME COLUMN {} TO {}", new.physical, new.final_name));
    }
    contract_sql.extend(Draft::own_default(table_name, &new.final_name, &new.type_info));
    if let Some(default) =
        old.default.as_ref().filter(|_| !draft.changes_default(table_name, [&old_name, &new.final_name]))
    {
        let what = format!("the default of column `{}` as {}", old.name.as_str(), new.type_info.base);
        draft.try_value(what, default, &new.type_info.base);
        contract_sql
            .push(format!("ALTER TABLE {table_name} ALTER COLUMN {} SET DEFAULT {default}", new.final_name));
    }
    contract_sql.extend(identity(table, old).map(|sequence| {
        let name = &sequence.name.name;
        format!("ALTER SEQUENCE {} RENAME TO {name}", copy_of(&sequence.name))
    }));
    let end = if new.physical == new.final_name { "stays" } else { "takes the name" };
    draft.in_contract(
        format!("drop the old {table_name}.{old_name}; {} {end}", new.physical),
        table_name,
        contract_sql,
    );
    Ok(())
}

/// What depends on the column and can be neither moved nor recreated without a rewrite or a scan under a strong lock.
fn refuse_what_cannot_follow(
    draft: &Draft<'_>,
    table_name: &TableName,
    table: &Table,
    old: &Column,
    new: &Successor<'_>,
) -> Result<()> {
    let name = old.name.clone();
    let others = table.dependents.get(&name).into_iter().flatten();
    let mut obstacles: Vec<String> =
        others.map(|dependent| dependent.what.clone()).filter(|what| draft.keeps(what)).collect();
    obstacles.extend(publications::obstacles(table, &name));
    let on_column = |columns: &[Ident]| columns.contains(&old.name);
    let exclusions =
        table.constraints.iter().filter(|c| c.kind == ConstraintKind::Exclusion && on_column(&c.columns));
    obstacles.extend(exclusions.map(|c| format!("exclusion constraint {}", c.name.as_str())));
    let key = |kind: ConstraintKind| matches!(kind, ConstraintKind::Unique | ConstraintKind::PrimaryKey);
    let deferrable =
        table.constraints.iter().filter(|c| c.deferrable && key(c.kind) && on_column(&c.columns));
    obstacles.extend(deferrable.map(|c| {
        format!(
            "deferrable constraint {}, whose copy would refuse at once what it refuses at the end of a transaction",
            c.name.as_str()
        )
    }));
    let stored = table.row_stored_in.iter();
    obstacles.extend(stored.map(|column| format!("column {column}, which stores whole rows")));
    let kept = |view: &&View| on_column(&view.columns) && draft.keeps(&view.described());
    for view in table.views.iter().filter(kept) {
        obstacles.extend(view.obstacle.as_ref().map(|why| format!("{}: {why}", view.described())));
    }
    if new.final_name != name {
        let views = table.views.iter().filter(kept).filter(|view| view.obstacle.is_none());
        obstacles.extend(views.map(|view| {
            format!("{}: give the column its new name in a migration of its own", view.described())
        }));
    }
    let keys = table.referenced_by.iter().filter(|key| on_column(&key.columns));
    obstacles.extend(keys.filter(|key| !key.owned).map(|key| {
        format!(
            "foreign key {} of table {}, which the connected role does not own",
            key.constraint.as_str(),
            key.table
        )
    }));
    obstacles.extend(partitions::obstacles(draft, table, old));
    if in_foreign_key(table, old) && !comparable(&old.type_info, &new.type_info) {
        obstacles.push(format!("a foreign key, whose columns can't be compared as {}", new.type_info.base));
    }
    if old.identity.is_some() && !WHOLE.contains(&new.type_info.base.as_str()) {
        obstacles
            .push(format!("its identity sequence, which can't feed a column of type {}", new.type_info.base));
    }
    if old.generated.is_some() {
        obstacles.push("its generation expression".to_owned());
    }
    if obstacles.is_empty() {
        return Ok(());
    }
    let message = format!(
        "column `{}` of `{table_name}` can't be replaced online: something can't follow",
        old.name.as_str()
    );
    let error = Error::refused(message)
        .details(obstacles.into_iter().map(|obstacle| format!("depends on it: {obstacle}")))
        .hint(
            "where it can be dropped above this statement, in the same file, and recreated below (a view, a function), contract does \
             both; else drop it in a migration before, and recreate it in one after",
        );
    Err(draft.blame(error, draft.span))
}

const WHOLE: [&str; 3] = ["smallint", "integer", "bigint"];

fn in_foreign_key(table: &Table, column: &Column) -> bool {
    let keys = table.constraints.iter().filter(|c| c.kind == ConstraintKind::ForeignKey).map(|c| &c.columns);
    keys.chain(table.referenced_by.iter().map(|key| &key.columns))
        .any(|columns| columns.contains(&column.name))
}

/// Whether a foreign key between columns of the two types can be made.
pub(in crate::plan) fn comparable(old: &TypeInfo, new: &TypeInfo) -> bool {
    let text = |base: &str| matches!(base, "text" | "character varying" | "character");
    let number = |base: &str| WHOLE.contains(&base) || base == "numeric";
    let (old, new) = (old.base.as_str(), new.base.as_str());
    old == new || number(old) && number(new) || text(old) && text(new)
}

/// What a plain ADD COLUMN does not copy.
pub(super) fn attributes(table: &TableName, old: &Column, new: &Ident) -> Vec<String> {
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
    let column = format!(" ({new})");
    sql.extend(old.grants.iter().map(|grant| grant.statement(&column, &format!("TABLE {table}"))));
    sql
}

/// The sequence of an identity column.
fn identity<'t>(table: &'t Table, column: &Column) -> Option<&'t Sequence> {
    table.sequences.iter().find(|sequence| sequence.column == column.name)
}

fn copy_of(sequence: &TableName) -> TableName {
    TableName::new(sequence.schema.clone(), sequence.name.prefixed("_midflight_"))
}

/// The successor's numbers go on where the old column's stopped: a serial's sequence changes hands, an identity's is
/// recreated at the same number.
fn hand_over_sequence(table_name: &TableName, table: &Table, old: &Column, new: &Ident) -> Vec<String> {
    if let Some(sequence) = &old.owned_sequence {
        return vec![format!("ALTER SEQUENCE {sequence} OWNED BY {table_name}.{new}")];
    }
    let Some(sequence) = identity(table, old) else { return Vec::new() };
    let copy = copy_of(&sequence.name);
    let always = if old.identity == Some(Identity::Always) { "ALWAYS" } else { "BY DEFAULT" };
    let options = sequence.identity_options(&copy);
    let mut sql = vec![
        format!("ALTER TABLE {table_name} ALTER COLUMN {new} ADD GENERATED {always} AS IDENTITY ({options})"),
        format!(
            "SELECT pg_catalog.setval({}::pg_catalog.regclass, last_value, is_called) FROM {}",
            literal(&copy.to_string()),
            sequence.name
        ),
    ];
    sql.extend(sequence.grants.iter().map(|grant| grant.statement("", &format!("SEQUENCE {copy}"))));
    sql
}
