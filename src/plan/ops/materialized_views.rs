//! A materialized view over a replaced column: a second one over the shadow column is filled beside it, and takes its place
//! in contract. Nobody reads it before, so it may be refreshed as long as that takes.

use std::collections::BTreeSet;

use crate::catalog::View;
use crate::ident::{Ident, TableName};
use crate::plan::planner::{Draft, Stays};
use crate::plan::{LockMode, Step, TableLock, Work};

/// Plans the second form, if the view holds rows.
pub(super) fn plan(draft: &mut Draft<'_>, view: &View) {
    let Some(stored) = &view.stored else { return };
    let second = view.second();
    let columns = columns_below(draft, &view.name);
    let aside = Ident::new("_midflight_aside");
    let (mut sql, mut back) = (Vec::new(), Vec::new());
    for (at, (table, old, physical)) in columns.iter().enumerate() {
        // For a moment the shadow column has the name, so that the query is taken as it is written. Nobody sees it: what
        // depends on either column goes by its number.
        let aside = Ident::new(format!("{}_{at}", aside.as_str()));
        let rename = |from: &Ident, to: &Ident| format!("ALTER TABLE {table} RENAME COLUMN {from} TO {to}");
        sql.extend([rename(old, &aside), rename(physical, old)]);
        back.extend([rename(old, physical), rename(&aside, old)]);
    }
    sql.extend(view.create_second(stored));
    sql.extend(back);
    let tables: BTreeSet<&TableName> = columns.iter().map(|(table, _, _)| table).collect();
    let lock = |table: &&TableName| TableLock { table: (*table).clone(), mode: LockMode::AccessExclusive };
    draft.after_rows(Step {
        locks: tables.iter().map(lock).collect(),
        ..Step::free(
            format!("make the second form of materialized view {}, without rows", view.name),
            sql,
            vec![format!("DROP MATERIALIZED VIEW IF EXISTS {second}")],
        )
    });
    if stored.populated {
        let fill = Step {
            work: Work::Scan,
            ..Step::free(
                format!("fill the second form of materialized view {}", view.name),
                vec![format!("REFRESH MATERIALIZED VIEW {second}"), format!("ANALYZE {second}")],
                Vec::new(),
            )
        };
        draft.after_rows(fill.clone());
        draft.before_contract(fill);
        draft.note(format!(
            "materialized view {} is there twice until contract, which refreshes the second form and gives it the name: as fresh \
             as a REFRESH at that moment",
            view.name
        ));
    }
}

/// The replaced columns that the view is over, with their successors.
fn columns_below(draft: &Draft<'_>, view: &TableName) -> Vec<(TableName, Ident, Ident)> {
    let mut columns = Vec::new();
    for (name, table, replaced) in draft.tables_with_replaced() {
        let Some(over) = table.views.iter().find(|known| known.name == *view) else { continue };
        let new = replaced.iter().filter(|one| one.stays == Stays::New && over.columns.contains(&one.old));
        columns.extend(new.map(|one| (name.clone(), one.old.clone(), one.physical.clone())));
    }
    columns
}
