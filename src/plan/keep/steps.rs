//! Puts together what was found: contract that hides, undo, purge.

use super::Kept;
use super::hide::{Back, Hide};
use super::prepare::{Prepared, validate};
use super::trigger::{Follow, Followed};
use crate::ident::{Ident, TableName};
use crate::plan::assemble::numbered;
use crate::plan::dual_write::{Derived, Variable};
use crate::plan::{ColumnUse, Dependencies, LockMode, Mode, Plan, Step, TableLock, TriggerName, Violations};

impl<'d> Hide<'d, '_> {
    pub(super) fn steps(mut self, plan: &Plan) -> Kept {
        let follows = self.follows();
        let mut contract = std::mem::take(&mut self.contract);
        if let Some(step) = contract.iter_mut().find(|step| matches!(step.mode, Mode::Transaction)) {
            step.sql.extend(follows.iter().flat_map(Follow::create));
            step.locks = self.locks.clone();
            step.summary = format!("{}; hidden: {}", step.summary, self.what.join(", "));
        }
        self.contract = contract;
        let triggers =
            follows.iter().map(|one| TriggerName { table: one.table.clone(), name: one.trigger() }).collect();
        Kept {
            undo: numbered("undo", self.undo(&follows)),
            purge: numbered("purge", self.purge(&follows)),
            in_the_way: self.in_the_way(&follows),
            sources: self.sources(plan, &follows),
            triggers,
            contract: numbered("keep", std::mem::take(&mut self.contract)),
            what: self.what,
        }
    }

    /// What keeps the hidden columns in step, a table each.
    fn follows(&self) -> Vec<Follow<'d>> {
        let mut found: Vec<Follow<'d>> = Vec::new();
        for (number, pair) in self.draft.kept_pairs.iter().enumerate() {
            let Some(down) = pair.down.as_ref().filter(|_| self.hides(&pair.table, &pair.old)) else {
                continue;
            };
            let name = |column: &Ident| self.last_name(&pair.table, column);
            let variable = |one: &Variable| Variable { column: name(&one.column), ..one.clone() };
            let derived = |one: &Derived| Derived {
                target: name(&one.target),
                inputs: one.inputs.iter().map(variable).collect(),
                ..one.clone()
            };
            let slug = self.draft.slug(&pair.table);
            let followed = Followed {
                new: pair.new.iter().map(variable).collect(),
                down: down.iter().map(derived).collect(),
                lost: Ident::new(format!("_midflight_lost_{slug}_{number}")),
            };
            match found.iter_mut().find(|known| *known.table == pair.table) {
                Some(known) => known.pairs.push(followed),
                None => {
                    let triggers = self.catalog.tables.get(&pair.table).map(|table| &table.triggers);
                    let changes = triggers.is_some_and(|all| {
                        all.iter().any(|trigger| trigger.before_update_row && !trigger.ours)
                    });
                    found.push(Follow {
                        table: &pair.table,
                        state_schema: &self.draft.context.state_schema,
                        slug,
                        pairs: vec![followed],
                        column_list: !changes,
                    });
                }
            }
        }
        found
    }

    fn hides(&self, table: &TableName, columns: &[Ident]) -> bool {
        self.hidden.iter().any(|hidden| hidden.table == *table && columns.contains(&hidden.was))
    }

    fn undo(&self, follows: &[Follow<'_>]) -> Vec<Step> {
        let mut steps: Vec<Step> = self.prepared.iter().flat_map(Prepared::steps).collect();
        let mut sql: Vec<String> = follows.iter().flat_map(Follow::drop).collect();
        sql.extend(self.back.iter().rev().flatten().flat_map(|back| self.statements(back)));
        for follow in follows {
            let marks: Vec<String> = follow.marks().map(|mark| format!("DROP COLUMN {mark}")).collect();
            sql.push(format!("ALTER TABLE {} {}", follow.table, marks.join(", ")));
        }
        // Both releases' writes reach both sides from here on, until rollback takes the new one away.
        let again =
            self.restores.iter().filter(|(table, _)| self.renamed.iter().all(|(from, _)| from != table));
        sql.extend(again.flat_map(|(_, statements)| statements.clone()));
        sql.extend(self.forget.iter().cloned());
        if !sql.is_empty() {
            let what = if self.what.is_empty() { "names".to_owned() } else { self.what.join(", ") };
            let swap = Step::free(format!("bring back {what}, and both sides in step"), sql, Vec::new());
            steps.push(Step { locks: self.locks_now(), ..swap });
        }
        steps.extend(self.validated.iter().map(|(table, constraint)| validate(table, constraint)));
        steps
    }

    /// The locks of contract, by the names that it leaves.
    fn locks_now(&self) -> Vec<TableLock> {
        let now = |table: &TableName| {
            let hidden = self.tables.iter().find(|(_, was)| was == table).map(|(kept, _)| kept);
            let renamed = self.renamed.iter().find(|(was, _)| was == table).map(|(_, to)| to);
            hidden.or(renamed).unwrap_or(table).clone()
        };
        self.locks.iter().map(|lock| TableLock { table: now(&lock.table), mode: lock.mode }).collect()
    }

    fn statements(&self, back: &Back) -> Vec<String> {
        match back {
            Back::Sql(sql) => vec![sql.clone()],
            Back::PartsOf { prepared, index, parts } => {
                let Some(Prepared::Index(built)) = self.prepared.get(*prepared) else { return Vec::new() };
                let pairs = built.parts.iter().zip(parts);
                let pairs = pairs.filter_map(|(now, was)| Some((now.as_ref()?, was.as_ref()?)));
                pairs
                    .filter(|(now, was)| now != was)
                    .map(|(now, was)| format!("ALTER TABLE {index} RENAME COLUMN {now} TO {was}"))
                    .collect()
            }
        }
    }

    fn purge(&self, follows: &[Follow<'_>]) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut tables: Vec<&TableName> = self.hidden.iter().map(|hidden| &hidden.table).collect();
        tables.dedup();
        for table in tables {
            let follow = follows.iter().find(|follow| follow.table == table);
            let mut sql: Vec<String> = follow.iter().flat_map(|follow| follow.drop()).collect();
            let hidden =
                self.hidden.iter().filter(|hidden| hidden.table == *table).map(|hidden| &hidden.name);
            let marks = follow.iter().flat_map(|follow| follow.marks());
            let drops: Vec<String> =
                hidden.chain(marks).map(|column| format!("DROP COLUMN {column}")).collect();
            sql.push(format!("ALTER TABLE {table} {}", drops.join(", ")));
            let summary = format!("drop what is hidden in {table}");
            steps.push(Step::catalog_only(summary, table, LockMode::AccessExclusive, sql, Vec::new()));
        }
        for (kept, was) in &self.tables {
            let sql = vec![format!("DROP TABLE {kept}")];
            let summary = format!("drop table {was}, which is hidden as {kept}");
            steps.push(Step::catalog_only(summary, kept, LockMode::AccessExclusive, sql, Vec::new()));
        }
        steps.extend(self.indexes.iter().map(Self::purge_index));
        steps
    }

    /// Rows that undo would fail for, looked for before it changes anything.
    fn in_the_way(&self, follows: &[Follow<'_>]) -> Vec<Violations> {
        let mut found = Vec::new();
        let key =
            |table: &TableName| self.catalog.tables.get(table).map(crate::plan::planner::Draft::row_name);
        for follow in follows {
            for lost in follow.marks() {
                let Some(key) = key(follow.table) else { continue };
                found.push(self.draft.violations(
                    follow.table,
                    "the old shape can't hold what was written to these rows since contract",
                    format!("SELECT {key} FROM {} WHERE {lost} LIMIT 20", follow.table),
                ));
            }
        }
        let prepared = self.prepared.iter().filter_map(|one| one.violations(self.draft, &self.catalog));
        found.extend(prepared);
        let proven = |table: &TableName, column: &Ident| {
            self.prepared.iter().any(|one| matches!(one, Prepared::NotNull { table: of, column: is, .. } if of == table && is == column))
        };
        for hidden in self.hidden.iter().filter(|one| one.not_null && !proven(&one.table, &one.name)) {
            let Some(key) = key(&hidden.table) else { continue };
            let (table, column) = (&hidden.table, &hidden.name);
            found.push(self.draft.violations(
                table,
                format!(
                    "`{}` is to be NOT NULL again, and these rows, written since, have no value in {column}",
                    hidden.was
                ),
                format!("SELECT {key} FROM {table} WHERE {column} IS NULL LIMIT 20"),
            ));
        }
        found.extend(self.broken_checks());
        found
    }

    /// Rows that a check would refuse once it is back.
    fn broken_checks(&self) -> Vec<Violations> {
        let mut found = Vec::new();
        for (table, name) in &self.validated {
            let first = self.draft.first.tables.get(table);
            let check = first.and_then(|table| table.constraints.iter().find(|one| one.name == *name));
            let Some(condition) = check.and_then(|check| check.condition()) else { continue };
            let Some(key) = self.catalog.tables.get(table).map(crate::plan::planner::Draft::row_name) else {
                continue;
            };
            let condition = self.last_names(table, condition);
            found.push(self.draft.violations(
                table,
                format!("check {name} is to hold again, and these rows break it"),
                format!("SELECT {key} FROM {table} WHERE NOT ({condition}) LIMIT 20"),
            ));
        }
        found
    }

    /// What has to stay while it is kept.
    fn sources(&self, plan: &Plan, follows: &[Follow<'_>]) -> Dependencies {
        let functions = if follows.is_empty() { Vec::new() } else { plan.relies_on.functions.clone() };
        let mut found = Dependencies { functions, ..Dependencies::default() };
        let mut column = |table: &TableName, column: &Ident, followed: bool| {
            let known = found.columns.iter().any(|known| known.table == *table && known.column == *column);
            if !known {
                found.columns.push(ColumnUse {
                    table: table.clone(),
                    column: column.clone(),
                    followed,
                    goes: false,
                });
            }
            if !found.tables.contains(table) {
                found.tables.push(table.clone());
            }
        };
        for hidden in &self.hidden {
            column(&hidden.table, &hidden.name, true);
        }
        for follow in follows {
            follow.marks().for_each(|mark| column(follow.table, mark, true));
            let inputs = follow.pairs.iter().flat_map(|pair| &pair.down).flat_map(|one| &one.inputs);
            let read = follow.pairs.iter().flat_map(|pair| &pair.new).chain(inputs);
            read.for_each(|one| column(follow.table, &one.column, false));
        }
        found.tables.extend(self.tables.iter().map(|(kept, _)| kept.clone()));
        found.indexes.extend(self.indexes.iter().cloned());
        found
    }
}
