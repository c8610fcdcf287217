//! Arranges what the operations drafted into the stages of a plan.

use super::conversion::{conversion, refuse_again};
use super::distributed;
use super::dual_write::DualWrite;
use super::objects::NewTrigger;
use super::partitioned::tell_of_partitions_that_go;
use super::planner::{ContractPart, Draft, Expansion, ShadowWork, Stays};
use super::{
    Conversion, Dependencies, LockMode, Mode, PLAN_VERSION, Plan, Step, TableLock, TriggerName, Violations,
    Warning,
};
use crate::catalog::{Catalog, ConstraintKind, Inbound, Table, TriggerFunction};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName, short_hash};

/// The statements that dual writes add to the contract transaction.
#[derive(Default)]
struct Teardown {
    /// Before anything else: the trigger names columns that go.
    triggers: Vec<String>,
    /// After their triggers.
    functions: Vec<String>,
    /// Where the triggers are.
    tables: Vec<TableName>,
    /// What makes a table's dual writes once more, after contract.
    restores: Vec<(TableName, Vec<String>)>,
}

impl Draft<'_> {
    /// The plan.
    pub(super) fn finish(mut self) -> Result<Plan> {
        self.refuse_on_changed()?;
        self.judge_new_triggers()?;
        self.forget_plans();
        let unaccepted = self.publish()?;
        self.undo_keys_of_keys();
        let mut plan = Plan {
            version: PLAN_VERSION,
            migration: self.migration.id.clone(),
            expand: Vec::new(),
            backfill: std::mem::take(&mut self.fills),
            finish: Vec::new(),
            contract: Vec::new(),
            trials: std::mem::take(&mut self.trials),
            tries: std::mem::take(&mut self.tries),
            rows_tried: std::mem::take(&mut self.rows_tried).into_iter().flatten().collect(),
            recreated: self.recreated(),
            triggers: Vec::new(),
            counters: Vec::new(),
            touches: std::mem::take(&mut self.touches),
            carries: std::mem::take(&mut self.carries),
            uses: None,
            relies_on: Dependencies::default(),
            notes: std::mem::take(&mut self.notes),
            warnings: std::mem::take(&mut self.warnings),
            unaccepted,
            holds: Vec::new(),
            keep: None,
            version_schema: None,
        };
        let versions = self.version_steps()?;
        plan.version_schema = versions.schema;
        plan.notes.append(&mut self.notes);
        let mut expand = versions.first;
        let mut teardown = Teardown::default();
        for expansion in std::mem::take(&mut self.expand) {
            expand.push(match expansion {
                Expansion::Step(step) => *step,
                Expansion::DualWrites(name) => self.dual_write_step(&mut plan, &mut teardown, &name)?,
            });
        }
        if !plan.trials.is_empty() {
            plan.trials.splice(0..0, std::mem::take(&mut self.objects.trials));
        }
        expand.extend(versions.last);
        plan.expand = numbered("expand", expand);
        let analyze = super::conversion::analyze(&plan.backfill);
        plan.finish = numbered("backfill", std::mem::take(&mut self.finish).into_iter().chain(analyze));
        let restores = std::mem::take(&mut teardown.restores);
        let mut contract = self.contract_steps(teardown)?;
        versions.contract.begin(&mut contract, plan.version_schema.is_some());
        plan.contract = numbered("contract", contract);
        self.refuse_unidentified(&plan)?;
        number_batches(&mut plan);
        let catalog = self.first;
        let steps = plan.expand.iter_mut().chain(&mut plan.finish).chain(&mut plan.contract);
        for step in steps {
            step.of_partition = matches!(&step.locks[..], [lock] if catalog.has_partition(&lock.table));
            if step.mode == Mode::Transaction && !step.without_partitions {
                lock_partitions(step, catalog);
            }
        }
        plan.relies_on = self.dependencies(&plan);
        self.refuse_hidden_rows(&plan)?;
        distributed::refuse_work(&plan, self.migration, catalog)?;
        self.tell_of_partitions(&mut plan);
        plan.keep = Some(self.keep(&plan, &restores));
        Ok(plan)
    }

    /// With `FORCE ROW LEVEL SECURITY` the owner's statements about rows fail too, since midflight has them fail rather
    /// than miss rows.
    fn refuse_hidden_rows(&self, plan: &Plan) -> Result<()> {
        let checked = plan.steps().flat_map(|(_, step)| step.violations.iter().chain(&step.undo_violations));
        let batches = plan.steps().filter_map(|(_, step)| match &step.mode {
            Mode::Batches(work) => Some(&work.table),
            Mode::Transaction | Mode::Alone { .. } => None,
        });
        let read = plan.backfill.iter().map(|work| &work.table).chain(checked.map(|rows| &rows.table));
        let read = read.chain(batches);
        let forced = |name: &&TableName| {
            let tables = [self.first, &self.now].into_iter().filter_map(|catalog| catalog.tables.get(*name));
            tables
                .into_iter()
                .any(|table| table.row_security && table.forced_row_security && !table.bypasses_row_security)
        };
        match read.into_iter().find(forced) {
            Some(table) => Err(Error::refused(format!(
                "row-level security is forced on `{table}`: policies would hide rows from the connected role, which owns it but \
                 has no BYPASSRLS"
            ))
            .hint("as a superuser: `ALTER ROLE … BYPASSRLS` for the role that runs midflight; or connect as a role that has it")),
            None => Ok(()),
        }
    }

    /// A key can't go while a foreign key refers to it: those that the file makes itself go before, also where expand made
    /// them, whose undo comes later.
    fn undo_keys_of_keys(&mut self) {
        for (at, parent, columns) in std::mem::take(&mut self.attached_keys) {
            let refers = |key: &Inbound| {
                key.columns.len() == columns.len()
                    && key.columns.iter().all(|column| columns.contains(column))
            };
            let keys = self.added_keys.iter().filter(|(of, key)| *of == parent && refers(key));
            let drops: Vec<String> = keys
                .map(|(_, key)| {
                    let built = self.first_constraint(&key.table, &key.constraint);
                    format!("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {built}", key.table)
                })
                .collect();
            if let Some(step) = self.finish.get_mut(at) {
                step.undo.splice(0..0, drops);
            }
        }
    }

    /// A plpgsql trigger function keeps, in each session, plans for the types that its columns had: with others every write
    /// fails (42804) until the session ends. A change of the function, to what it is, makes it forget them.
    fn forget_plans(&mut self) {
        let mut functions: Vec<(TableName, TriggerFunction)> = Vec::new();
        for (name, work) in &self.dual_writes {
            let Some(table) = self.first.tables.get(name) else { continue };
            if work.replaced.iter().all(|column| column.stays == Stays::Old) {
                continue;
            }
            for trigger in
                table.triggers.iter().filter(|trigger| !trigger.ours && trigger.function.keeps_plans)
            {
                if functions.iter().all(|(_, known)| known.name != trigger.function.name) {
                    functions.push((name.clone(), trigger.function.clone()));
                }
            }
        }
        for (table, function) in functions {
            let TriggerFunction { name, cost, owned, .. } = function;
            if owned {
                self.in_contract_first([format!("ALTER FUNCTION {name}() COST {cost}")]);
            } else {
                let text = format!(
                    "trigger function {name} of {table}, which the connected role does not own, keeps the old type in sessions \
                     that have called it: they fail from contract on (SQLSTATE 42804) until they reconnect, or its owner runs \
                     `ALTER FUNCTION {name}() COST {cost}`"
                );
                self.warn(false, text.clone());
                self.warn(true, text);
            }
        }
    }

    /// One table's dual writes: the step that starts them, the conversion of its rows, the way down.
    fn dual_write_step(&self, plan: &mut Plan, teardown: &mut Teardown, name: &TableName) -> Result<Step> {
        let (Some(work), Some(table)) = (self.dual_writes.get(name), self.first.tables.get(name)) else {
            let error = Error::refused(format!(
                "`{name}` is made by this file: its values can't be converted in the same file"
            ));
            return Err(error.hint("write the last form of the table where it is made"));
        };
        Self::refuse_attributes(name, table, work)?;
        let dual = DualWrite {
            table: name,
            state_schema: &self.context.state_schema,
            slug: self.slug(name),
            pairs: &work.pairs,
            column_list: !table.triggers.iter().any(|trigger| trigger.before_update_row && !trigger.ours)
                && !self.objects.triggers.iter().any(|made| made.table == *name),
            moves: table.partitioning.is_some(),
        };
        // Expressions are tried in the session's temporary schema, where a trial leaves nothing and disturbs nobody.
        let trial_schema = Ident::new("pg_temp");
        let trial = dual.in_schema(&trial_schema);
        plan.trials.extend(trial.trials());
        plan.counters.extend(dual.counter());
        let triggers =
            dual.triggers().into_iter().map(|trigger| TriggerName { table: name.clone(), name: trigger });
        plan.triggers.extend(triggers);
        let triggers = self.user_triggers(name);
        let again = self.context.again;
        refuse_again(again, name, work)?;
        plan.backfill.push(Conversion { triggers, ..conversion(name, table, &dual, &trial, (work, again)) });
        teardown.triggers.extend(dual.drop_triggers());
        teardown.functions.extend(dual.drop_functions());
        teardown.functions.extend(drop_markers(name, work));
        teardown.tables.push(name.clone());
        teardown.restores.push((name.clone(), dual.create()));
        plan.notes.extend(self.tells_of_columns(name, table, work));
        refuse_last(name, table, &self.objects.triggers, &dual)?;
        tell_of_partitions_that_go(plan, name, table);
        if !table.row_functions.is_empty() {
            let text = format!(
                "functions that take or give rows of {name} see the columns that expand adds, until contract: {}; one that lists \
                 other columns fails",
                table.row_functions.join(", ")
            );
            plan.notes.push(text.clone());
            plan.warnings.push(Warning { at_contract: false, text });
        }
        let violations = unchecked_rows(self, name, table);
        Ok(Step { violations, ..shadow_step(name, &dual, work) })
    }

    /// Who has read the columns of a table before expand or contract has others in mind than those that are there.
    fn tells_of_columns(&self, name: &TableName, table: &Table, work: &ShadowWork) -> Vec<String> {
        if work.add_columns.is_empty() {
            return Vec::new();
        }
        let mut notes = vec![format!(
            "expand adds columns to {name}: a prepared `SELECT *` or `RETURNING *` on it fails from then on (`cached plan must \
             not change result type`) until its connection prepares it again, which some drivers never do; naming the columns \
             avoids it"
        )];
        let sides = work.pairs.iter().flat_map(|pair| &pair.new).filter(|side| side.column != side.name);
        let own = sides.map(|side| side.column.as_str());
        let markers = work.pairs.iter().filter_map(|pair| pair.marker.as_ref());
        let markers: Vec<&str> = markers.map(|marker| marker.column.as_str()).collect();
        let after = self.now.tables.values().find(|after| after.oid == table.oid);
        let gone = table.columns.iter().map(|column| &column.name);
        let gone = gone.filter(|column| after.is_some_and(|after| after.column(column).is_none()));
        let ignored: Vec<&str> = own.chain(gone.map(|column| column.as_str())).chain(markers).collect();
        if !ignored.is_empty() {
            notes.push(format!(
                "an ORM that reads the columns of {name} at its start names them all in an INSERT, and fails with SQLSTATE 42703 \
                 once contract has removed some: leave them out in the new release (ActiveRecord: `self.ignored_columns += \
                 %w[{}]`), or start it again after contract",
                ignored.join(" ")
            ));
        }
        notes
    }

    /// The contract transaction, what PostgreSQL runs outside transactions only after it. The user's own SQL keeps its
    /// place among what the file says.
    fn contract_steps(&mut self, teardown: Teardown) -> Result<Vec<Step>> {
        let mut parts = std::mem::take(&mut self.contract_transaction.parts);
        parts.append(&mut self.contract_transaction.last);
        let parts: Vec<ContractPart> = parts.into_iter().filter_map(|part| self.settled(part)).collect();
        let is_own = |part: &&ContractPart| matches!(part, ContractPart::Own(_));
        let own = parts.iter().filter(is_own).count();
        // What keeps two sides in step has to end in one transaction with the sides.
        let together = !teardown.tables.is_empty() || !self.contract_transaction.first.is_empty();
        let before = parts.iter().take_while(is_own).count();
        let after = parts.iter().rev().take_while(is_own).count();
        if together && own > before + after {
            return Err(Error::refused(
                "your own SQL stands between changes that contract makes in one transaction",
            )
            .hint("put it above or below the others in the file, or into a migration of its own"));
        }
        let mut steps: Vec<Step> = Vec::new();
        let mut open = self.transaction(teardown);
        for part in parts {
            match part {
                ContractPart::Own(step) if steps.is_empty() && open.unopened => steps.push(*step),
                ContractPart::Own(step) => {
                    steps.extend(open.close());
                    steps.push(*step);
                }
                ContractPart::Statements { summary, sql, table } => open.add(summary, sql, table),
                ContractPart::Key { .. } | ContractPart::HandOver(_) => {}
            }
        }
        steps.extend(open.close());
        steps.extend(std::mem::take(&mut self.contract));
        Ok(steps)
    }

    fn settled(&mut self, part: ContractPart) -> Option<ContractPart> {
        match part {
            ContractPart::HandOver(handover) => self.settle(&handover),
            ContractPart::Key { summary, sql, table, .. } => {
                Some(ContractPart::Statements { summary, sql: vec![sql], table: Some(table) })
            }
            part @ (ContractPart::Statements { .. } | ContractPart::Own(_)) => Some(part),
        }
    }

    fn transaction(&mut self, teardown: Teardown) -> Transaction {
        Transaction {
            unopened: true,
            // Functions hold on to the types of their arguments, which may go as well.
            first: teardown
                .triggers
                .into_iter()
                .chain(teardown.functions)
                .chain(std::mem::take(&mut self.contract_transaction.first))
                .collect(),
            locks: std::mem::take(&mut self.contract_transaction.locks),
            violations: self.contract_transaction.violations.take(),
            dual_writes: teardown.tables,
            ..Transaction::default()
        }
    }

    /// Tells the objects of this migration and table from all others.
    pub(super) fn slug(&self, table: &TableName) -> String {
        let hash = short_hash(&format!("{}\0{table}", self.migration.id));
        let plain =
            |text: &str| text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
        let mut name = plain(table.name.as_str()).to_lowercase();
        name.truncate(24);
        format!("{name}_{hash}")
    }
}

/// Triggers fire in the order of their names, and the dual-write trigger has to see what the others made of a row.
fn refuse_last(name: &TableName, table: &Table, made: &[NewTrigger], dual: &DualWrite<'_>) -> Result<()> {
    let ours = dual.triggers();
    let last = |trigger: &Ident| ours.iter().any(|own| trigger.as_str().as_bytes() > own.as_str().as_bytes());
    let there =
        table.triggers.iter().filter(|known| known.before_row && !known.ours).map(|known| &known.name);
    let new = made.iter().filter(|made| made.table == *name).map(|made| &made.name);
    let Some(trigger) = there.chain(new).find(|trigger| last(trigger)) else { return Ok(()) };
    let message = format!(
        "trigger {trigger} of {name} fires after the one that keeps both sides in step: what it changes would be on one side only"
    );
    let hint =
        format!("`ALTER TRIGGER {trigger} ON {name} RENAME TO …`: triggers fire in the order of their names");
    Err(Error::refused(message).hint(hint))
}

/// The contract transaction in the making.
#[derive(Default)]
struct Transaction {
    /// Nothing has been added yet.
    unopened: bool,
    first: Vec<String>,
    summaries: Vec<String>,
    sql: Vec<String>,
    locks: Vec<TableLock>,
    violations: Option<Violations>,
    /// Where dual-write triggers end with it.
    dual_writes: Vec<TableName>,
}

impl Transaction {
    fn add(&mut self, summary: String, sql: Vec<String>, table: Option<TableName>) {
        self.unopened = false;
        self.summaries.push(summary);
        self.sql.extend(sql);
        if let Some(table) = table {
            self.lock(table);
        }
    }

    fn lock(&mut self, table: TableName) {
        match self.locks.iter_mut().find(|lock| lock.table == table) {
            Some(lock) => lock.mode = lock.mode.max(LockMode::AccessExclusive),
            None => self.locks.push(TableLock { table, mode: LockMode::AccessExclusive }),
        }
    }

    /// The step, if there is anything to do; what comes next begins another one.
    fn close(&mut self) -> Option<Step> {
        // A column that is only added leaves nothing behind but its trigger, whose end takes a lock as well.
        for table in std::mem::take(&mut self.dual_writes) {
            if self.locks.iter().all(|lock| lock.table != table) {
                self.summaries.push(format!("drop the dual-write trigger of {table}"));
                self.lock(table);
            }
        }
        let Self { first, summaries, sql, locks, violations, .. } = std::mem::take(self);
        let sql: Vec<String> = first.into_iter().chain(sql).collect();
        (!sql.is_empty()).then(|| Step {
            locks,
            violations,
            ..Step::free(summaries.join("; "), sql, Vec::new())
        })
    }
}

/// What is done to a partitioned table is done to its partitions, and locks them: named with it, they are taken as all
/// further tables are, without waiting while the first is held.
fn lock_partitions(step: &mut Step, catalog: &Catalog) {
    let mut locks = Vec::new();
    for lock in std::mem::take(&mut step.locks) {
        let partitioning = catalog.tables.get(&lock.table).and_then(|table| table.partitioning.as_ref());
        let partitions = partitioning.iter().flat_map(|partitioning| &partitioning.partitions);
        let mode = lock.mode;
        let below = partitions.map(|partition| TableLock { table: partition.table.clone(), mode });
        locks.extend(std::iter::once(lock).chain(below));
    }
    step.locks = locks;
}

/// Their progress stands behind that of the conversions.
fn number_batches(plan: &mut Plan) {
    let steps = plan.expand.iter_mut().chain(&mut plan.finish).chain(&mut plan.contract);
    let batches = steps.filter_map(|step| match &mut step.mode {
        Mode::Batches(work) => Some(work),
        Mode::Transaction | Mode::Alone { .. } => None,
    });
    let first = plan.backfill.len() as i32;
    batches.zip(first..).for_each(|(work, ordinal)| work.ordinal = ordinal);
}

pub(super) fn numbered(stage: &str, steps: impl IntoIterator<Item = Step>) -> Vec<Step> {
    let number = |(i, mut step): (usize, Step)| {
        step.id = format!("{stage}.{}", i + 1);
        step
    };
    steps.into_iter().enumerate().map(number).collect()
}

/// What the markers were for ends with the trigger.
fn drop_markers(name: &TableName, work: &ShadowWork) -> Option<String> {
    let markers = work.pairs.iter().filter_map(|pair| pair.marker.as_ref());
    let drops: Vec<String> = markers.map(|marker| format!("DROP COLUMN {}", marker.column)).collect();
    (!drops.is_empty()).then(|| format!("ALTER TABLE {name} {}", drops.join(", ")))
}

fn shadow_step(name: &TableName, dual: &DualWrite<'_>, work: &ShadowWork) -> Step {
    let trigger = dual.create();
    // Functions first: they need no lock on the table. Column and trigger follow in the same transaction, so no
    // row is ever written with one and without the other.
    let at_trigger =
        trigger.iter().position(|sql| sql.starts_with("CREATE TRIGGER")).unwrap_or(trigger.len());
    let mut sql: Vec<String> = trigger[..at_trigger].to_vec();
    sql.extend(work.before_add.iter().cloned());
    if !work.add_columns.is_empty() {
        sql.push(format!("ALTER TABLE {name} {}", work.add_columns.join(", ")));
    }
    sql.extend(work.after_add.iter().cloned());
    sql.extend(trigger[at_trigger..].iter().cloned());
    let mut undo = dual.drop_triggers();
    if !work.drop_columns.is_empty() {
        undo.push(format!("ALTER TABLE {name} {}", work.drop_columns.join(", ")));
    }
    undo.extend(dual.drop_functions());
    undo.extend(work.undo_last.iter().cloned());
    let columns: Vec<String> = work
        .conversions
        .iter()
        .flat_map(|c| c.columns.iter().map(|column| column.physical.to_string()))
        .collect();
    let summary =
        format!("add {} to {name} with the trigger that keeps both sides in step", columns.join(", "));
    Step::catalog_only(summary, name, LockMode::AccessExclusive, sql, undo)
}

/// Rows that break a check which is NOT VALID: PostgreSQL let them stay, and refuses every write of them, also that of
/// backfill.
fn unchecked_rows(draft: &Draft<'_>, name: &TableName, table: &Table) -> Option<Violations> {
    let checks =
        table.constraints.iter().filter(|known| known.kind == ConstraintKind::Check && !known.validated);
    let (names, conditions): (Vec<String>, Vec<String>) = checks
        .filter_map(|check| Some((check.name.to_string(), format!("NOT ({})", check.condition()?))))
        .unzip();
    if names.is_empty() {
        return None;
    }
    let rule =
        format!("backfill can't write these rows: they break the NOT VALID check {}", names.join(", "));
    let query =
        format!("SELECT {} FROM {name} WHERE {} LIMIT 20", Draft::row_name(table), conditions.join(" OR "));
    Some(draft.violations(name, rule, query))
}
