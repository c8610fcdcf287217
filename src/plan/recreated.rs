//! What contract recreates was written for the types that columns have now. Whether it can be made for the new ones is found
//! out on empty copies of the tables, before anything is changed: views, policies, triggers, predicates, checks.

use std::collections::BTreeSet;

use super::Trial;
use super::planner::{ContractPart, Draft, Replaced, Stays};
use crate::catalog::{ConstraintKind, Table};
use crate::ident::{Ident, TableName};
use crate::migration::definition::{in_other_schema, index_tail, rename_column, rename_in_table};
use crate::migration::source::Span;

/// Copies have the names of their tables.
const COPIES: &str = "pg_temp";

impl Draft<'_> {
    /// The statements to try, in order. Those that only prepare have nothing to say.
    pub(super) fn recreated(&self) -> Vec<Trial> {
        let changed = self.changed_tables();
        let names: BTreeSet<&Ident> = changed.iter().map(|one| &one.name.name).collect();
        // Two tables of one name have no room there.
        if changed.is_empty() || names.len() < changed.len() {
            return Vec::new();
        }
        let mut trials: Vec<Trial> = Vec::new();
        for one in &changed {
            one.copy(&mut trials);
            one.indexes_and_checks(&mut trials);
        }
        let prepared = trials.len();
        trials.extend(self.types_of_the_end());
        let before = trials.len();
        for one in &changed {
            self.policies_and_triggers(one, &mut trials);
        }
        self.views(&changed, &mut trials);
        if trials.len() == before {
            trials.truncate(prepared);
        }
        if trials.iter().all(|trial| trial.what.is_empty()) {
            return Vec::new();
        }
        self.objects
            .trials
            .iter()
            .map(|made| preparation(made.sql.clone(), self.span))
            .chain(trials)
            .collect()
    }

    fn changed_tables(&self) -> Vec<Changed<'_>> {
        let mut changed: Vec<Changed<'_>> = Vec::new();
        for (name, table, columns) in self.tables_with_replaced() {
            let columns: Vec<Replaced> = columns.into_iter().filter(|one| one.stays == Stays::New).collect();
            let (Some(work), Some(span)) = (self.dual_writes.get(&name), self.changed_at.get(&name)) else {
                continue;
            };
            let types = columns.iter().filter_map(|one| {
                let mut sides = work.conversions.iter().flat_map(|conversion| &conversion.columns);
                let side = sides.find(|side| side.physical == one.physical)?;
                Some((one.old.clone(), one.last.clone(), side.type_info.spelling.clone()))
            });
            let types: Vec<_> = types.filter(|(_, _, type_)| !type_.is_empty()).collect();
            if types.len() == columns.len() && !types.is_empty() {
                changed.push(Changed { name, table, types, span: *span, draft: self });
            }
        }
        changed
    }

    /// What contract does to types before it recreates anything.
    fn types_of_the_end(&self) -> Vec<Trial> {
        let mut sql = Vec::new();
        for part in &self.contract_transaction.parts {
            match part {
                ContractPart::HandOver(one) => sql.extend(one.type_statement()),
                ContractPart::Statements { sql: statements, .. } => {
                    let of_types =
                        |sql: &&String| sql.starts_with("ALTER TYPE ") || sql.starts_with("ALTER DOMAIN ");
                    sql.extend(statements.iter().filter(of_types).cloned());
                }
                ContractPart::Key { .. } | ContractPart::Own(_) => {}
            }
        }
        sql.into_iter().map(|sql| preparation(sql, self.span)).collect()
    }

    fn policies_and_triggers(&self, one: &Changed<'_>, trials: &mut Vec<Trial>) {
        let copy = one.copied();
        for policy in one.table.policies.iter().filter(|policy| one.concerns(&policy.columns)) {
            if self.keeps(&format!("policy {} on {}", policy.name, one.name)) {
                let sql = policy.create(&copy, |text| one.last(text));
                one.tries(format!("policy {}", policy.name), sql.into_iter().next(), trials);
            }
        }
        for trigger in one.table.column_triggers.iter().filter(|trigger| one.concerns(&trigger.columns)) {
            if self.keeps(&format!("trigger {} on {}", trigger.name, one.name)) {
                let sql = in_other_schema(&one.last(&trigger.definition), &[&one.name], &Ident::new(COPIES));
                one.tries(format!("trigger {}", trigger.name), Some(sql), trials);
            }
        }
    }

    fn views(&self, changed: &[Changed<'_>], trials: &mut Vec<Trial>) {
        let moved: Vec<&TableName> = changed
            .iter()
            .map(|one| &one.name)
            .chain(self.recreated_views.iter().map(|view| &view.name))
            .collect();
        for view in &self.recreated_views {
            let Some(of) =
                changed.iter().find(|one| one.table.views.iter().any(|known| known.name == view.name))
            else {
                continue;
            };
            let body = in_other_schema(view.body(), &moved, &Ident::new(COPIES));
            let sql = format!("CREATE TEMPORARY VIEW {} AS {body}", view.name.name);
            of.tries(format!("view {}", view.name), Some(sql), trials);
        }
    }
}

/// A table with columns that are replaced.
struct Changed<'d> {
    name: TableName,
    table: Table,
    /// The old name, the new one and the new type of each.
    types: Vec<(Ident, Ident, String)>,
    span: Span,
    draft: &'d Draft<'d>,
}

impl Changed<'_> {
    fn copied(&self) -> TableName {
        TableName::new(Ident::new(COPIES), self.name.name.clone())
    }

    fn concerns(&self, columns: &[Ident]) -> bool {
        columns.iter().any(|column| self.types.iter().any(|(old, _, _)| old == column))
    }

    fn last(&self, text: &str) -> String {
        let renamed = self.types.iter();
        renamed
            .fold(text.to_owned(), |text, (old, last, _)| rename_in_table(&text, &self.name.name, old, last))
    }

    fn tries(&self, what: String, sql: Option<String>, trials: &mut Vec<Trial>) {
        trials.extend(sql.map(|sql| Trial { what, ..preparation(sql, self.span) }));
    }

    fn copy(&self, trials: &mut Vec<Trial>) {
        let copy = self.copied();
        let mut sql = vec![format!("CREATE TEMPORARY TABLE {} (LIKE {})", self.name.name, self.name)];
        for (old, last, type_) in &self.types {
            sql.push(format!("ALTER TABLE {copy} ALTER COLUMN {old} TYPE {type_} USING NULL"));
            if old != last {
                sql.push(format!("ALTER TABLE {copy} RENAME COLUMN {old} TO {last}"));
            }
        }
        trials.extend(sql.into_iter().map(|sql| preparation(sql, self.span)));
    }

    fn indexes_and_checks(&self, trials: &mut Vec<Trial>) {
        let copy = self.copied();
        let renamed = |text: &str| {
            self.types.iter().fold(text.to_owned(), |text, (old, last, _)| rename_column(&text, old, last))
        };
        let goes =
            |columns: &[Ident]| columns.iter().any(|column| self.draft.drops_column(&self.name, column));
        for index in self.table.indexes.iter().filter(|index| index.valid) {
            let partial = index.has_expressions || index.definition.contains(" WHERE ");
            if partial && self.concerns(&index.columns) && !goes(&index.columns) {
                let sql = format!("CREATE INDEX ON {copy} {}", renamed(index_tail(&index.definition)));
                self.tries(format!("index {}", index.name), Some(sql), trials);
            }
        }
        for check in self.table.constraints.iter().filter(|one| one.kind == ConstraintKind::Check) {
            if self.concerns(&check.columns) && !goes(&check.columns) {
                let definition = check.definition.trim_end_matches(" NOT VALID");
                let sql = format!("ALTER TABLE {copy} ADD {}", renamed(definition));
                self.tries(format!("check {}", check.name), Some(sql), trials);
            }
        }
    }
}

fn preparation(sql: String, span: Span) -> Trial {
    Trial {
        what: String::new(),
        sql,
        offset: 0,
        expression: String::new(),
        start: span.start,
        end: span.end,
        function: String::new(),
        instead: None,
    }
}
