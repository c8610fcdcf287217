//! Rows that are right as they are, and that a constraint would refuse with the values which a change of type gives them:
//! found before anything is changed, as its copy is made on the converted column.

use crate::catalog::{Constraint, ConstraintKind, Table};
use crate::ident::{Ident, TableName};
use crate::migration::foreign_key_of;
use crate::migration::operation::{Expr, TableRef};
use crate::migration::source::{Located, Span};
use crate::plan::Violations;
use crate::plan::conversion::Check;
use crate::plan::planner::Draft;

/// The rows that break a constraint of the table once they are converted, where that can be asked of the rows of now.
pub(super) fn violations(
    draft: &Draft<'_>,
    name: &TableName,
    table: &Table,
    constraint: &Constraint,
) -> Option<Violations> {
    let rule = format!("with their new values these rows violate `{}`", constraint.name.as_str());
    let query = match constraint.kind {
        ConstraintKind::Check => check(draft, name, table, constraint)?,
        ConstraintKind::ForeignKey => foreign_key(draft, name, table, constraint)?,
        ConstraintKind::PrimaryKey
        | ConstraintKind::Unique
        | ConstraintKind::Exclusion
        | ConstraintKind::NotNull
        | ConstraintKind::ConstraintTrigger => return None,
    };
    Some(draft.violations(name, rule, query))
}

/// Whether converted values need not stand to each other, and to constants, as the old ones do.
pub(super) fn differ(draft: &Draft<'_>, table: &TableName, columns: &[Ident]) -> bool {
    let Some(work) = draft.dual_writes.get(table) else { return false };
    let replaced = |physical: &Ident| {
        work.replaced.iter().any(|one| one.physical == *physical && columns.contains(&one.old))
    };
    work.pairs.iter().zip(&work.conversions).any(|(pair, conversion)| {
        conversion.check == Check::Values
            && conversion.columns.iter().any(|side| {
                let coarse = !side.type_info.equality_is_identity && side.type_info.base != "numeric";
                replaced(&side.physical) && (coarse || pair.can_fail)
            })
    })
}

fn check(draft: &Draft<'_>, name: &TableName, table: &Table, constraint: &Constraint) -> Option<String> {
    let mut condition = Expr::new(constraint.condition()?, Span::default());
    for column in &constraint.columns {
        draft.is_of_before(name, column)?;
        match draft.converted(name, column) {
            Some(value) => condition = condition.over(&name.name, column, &value)?,
            None if draft.is_retyped(name, column) => return None,
            None => {}
        }
    }
    Some(format!("SELECT {} FROM {name} WHERE NOT ({condition}) LIMIT 20", draft.name_of_rows(name, table)))
}

fn foreign_key(
    draft: &Draft<'_>,
    name: &TableName,
    table: &Table,
    constraint: &Constraint,
) -> Option<String> {
    let own = TableRef { schema: Some(name.schema.clone()), name: name.name.clone() };
    let key = foreign_key_of(&Located::new(own, Span::default()), &constraint.definition)?;
    let parent = constraint.references.as_ref()?;
    let targets: Vec<Ident> = match &key.referenced_columns[..] {
        [] => draft.first.tables.get(parent)?.key(),
        named => named.iter().map(|column| column.value.clone()).collect(),
    };
    let value = |of: &TableName, column: &Ident| {
        // A table that the file has nothing to do with stays as it is.
        if draft.first.tables.contains_key(of) {
            draft.is_of_before(of, column)?;
        }
        let kept = || (!draft.is_retyped(of, column)).then(|| column.to_string());
        draft.converted(of, column).or_else(kept)
    };
    let listed = |of: &TableName, columns: &mut dyn Iterator<Item = &Ident>| {
        let one = |(at, column)| Some(format!("{} AS v{at}", value(of, column)?));
        columns.enumerate().map(one).collect::<Option<Vec<String>>>().map(|list| list.join(", "))
    };
    let child = listed(name, &mut key.columns.iter().map(|column| &column.value))?;
    let parents = listed(parent, &mut targets.iter())?;
    let places = 0..key.columns.len();
    let given = places.clone().map(|at| format!("child.v{at} IS NOT NULL")).collect::<Vec<_>>().join(" AND ");
    let same = places.map(|at| format!("parent.v{at} = child.v{at}")).collect::<Vec<_>>().join(" AND ");
    (targets.len() == key.columns.len()).then(|| {
        format!(
            "SELECT child.row FROM (SELECT {} AS row, {child} FROM {name}) AS child WHERE {given} AND NOT EXISTS \
             (SELECT FROM (SELECT {parents} FROM {parent}) AS parent WHERE {same}) LIMIT 20",
            draft.name_of_rows(name, table)
        )
    })
}
