//! How long a change of a table with many partitions holds its locks. PostgreSQL changes all of them in one transaction, and
//! no lock timeout bounds that.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::planner::Draft;
use super::{Plan, Step, Warning};
use crate::catalog::Table;
use crate::ident::TableName;
use crate::migration::list;

/// What one action of an `ALTER TABLE`, or a trigger, takes for each partition. Measured on 15 with 500 partitions: 38 µs for
/// ADD COLUMN, 64 for a check, 84 to 146 for NOT NULL; on a server whose cores are busy with others, 200.
const ACTION: Duration = Duration::from_micros(80);
/// What a statement about one partition takes: its own, and the way to the server and back.
const STATEMENT: Duration = Duration::from_millis(1);
/// With fewer partitions a change is as short as any.
const MANY: usize = 50;

/// A step that holds a partitioned table and all its partitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The step.
    pub step: String,
    /// The partitioned table.
    pub table: TableName,
    /// How many partitions there are, those of partitions included.
    pub partitions: usize,
    /// About how long.
    pub milliseconds: u64,
}

impl Hold {
    /// About how long.
    pub const fn time(&self) -> Duration {
        Duration::from_millis(self.milliseconds)
    }

    /// In words.
    pub fn told(&self) -> String {
        format!(
            "{} holds {} and its {} partitions for about {} ms: PostgreSQL changes them in one transaction, and statements on \
             them wait for that long",
            self.step, self.table, self.partitions, self.milliseconds
        )
    }
}

/// What is to be done to each partition is planned before.
pub(super) fn tell_of_partitions_that_go(plan: &mut Plan, name: &TableName, table: &Table) {
    if table.partitioning.is_none() {
        return;
    }
    let text = format!(
        "no partition of {name} may be detached until contract: the steps to come are about each of them. One that is dropped is \
         passed over, and those that are made or attached meanwhile are taken in"
    );
    plan.notes.push(text.clone());
    plan.warnings.push(Warning { at_contract: false, text });
}

impl Draft<'_> {
    /// Notes the steps that hold many partitions, and says so to who plans and to who deploys.
    pub(super) fn tell_of_partitions(&self, plan: &mut Plan) {
        let found = |steps: &[Step]| steps.iter().flat_map(|step| self.holds(step)).collect::<Vec<_>>();
        let stages = [(false, found(&plan.expand)), (true, found(&plan.contract))];
        for (at_contract, holds) in stages {
            for hold in &holds {
                plan.notes.push(hold.told());
                plan.warnings.push(Warning { at_contract, text: hold.told() });
            }
            plan.holds.extend(holds);
        }
    }

    fn holds(&self, step: &Step) -> Vec<Hold> {
        let mut holds = Vec::new();
        for (table, found) in &self.first.tables {
            let partitions = found.partitioning.as_ref().map_or(0, |parts| parts.partitions.len());
            let actions: u32 = step.sql.iter().map(|sql| actions(sql, table)).sum();
            let parts = found.partitioning.iter().flat_map(|parts| &parts.partitions);
            let heads: Vec<String> = parts.map(|part| format!("ALTER TABLE {} ", part.table)).collect();
            let one_by_one =
                step.sql.iter().filter(|sql| heads.iter().any(|head| sql.starts_with(head.as_str()))).count();
            if partitions >= MANY && actions > 0 {
                let time = ACTION * actions * (partitions as u32 + 1) + STATEMENT * one_by_one as u32;
                let milliseconds = time.as_millis() as u64;
                holds.push(Hold { step: step.id.clone(), table: table.clone(), partitions, milliseconds });
            }
        }
        holds
    }
}

/// How often a statement of ours goes through the partitions of a table.
fn actions(sql: &str, table: &TableName) -> u32 {
    if let Some(actions) = sql.strip_prefix(&format!("ALTER TABLE {table} ")) {
        return list(actions).len().max(1) as u32;
    }
    let on = format!(" ON {table}");
    let trigger = ["CREATE TRIGGER ", "DROP TRIGGER "].iter().any(|head| sql.starts_with(head));
    u32::from(
        trigger && sql.split_once(&on).is_some_and(|(_, rest)| rest.is_empty() || rest.starts_with(' ')),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_counted() {
        let table = TableName::new("public", "ev");
        for (sql, count) in [
            ("ALTER TABLE public.ev ADD COLUMN a numeric(10, 2), ADD COLUMN b text", 2),
            ("ALTER TABLE public.ev RENAME COLUMN a TO b", 1),
            ("ALTER TABLE public.events ADD COLUMN a text", 0),
            ("CREATE TRIGGER x BEFORE INSERT OR UPDATE ON public.ev FOR EACH ROW EXECUTE FUNCTION f()", 1),
            ("DROP TRIGGER x ON public.ev", 1),
            ("DROP TRIGGER x ON public.events", 0),
            ("CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END", 0),
        ] {
            assert_eq!(actions(sql, &table), count, "{sql}");
        }
    }
}
