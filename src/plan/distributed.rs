//! Tables that Citus keeps. What only changes the catalog passes: Citus does it on every shard. What needs rows to be
//! converted does not: triggers are refused there, batches read pages that the coordinator doesn't have, and a view over
//! such a table takes no writes. All of that is refused before anything is changed, since Citus would refuse it midway.

use std::collections::BTreeSet;

use super::planner::Draft;
use super::{Plan, Step, Work};
use crate::catalog::{Catalog, Distribution};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::Migration;
use crate::migration::index_key::{IndexKey, IndexedValue};
use crate::migration::operation::Operation;

/// What to do in place of a change that needs new values.
const BY_HAND: &str = "add a column under another name, with a constant default or none; let the application write both; fill \
     it by an UPDATE of your own, one value of the distribution column at a time; drop the old one in a later migration";
const REDISTRIBUTE: &str = "make a table that is distributed as you want it, and move the rows";

impl Draft<'_> {
    /// Refuses what Citus refuses, or does at the coordinator only.
    pub(super) fn refuse_distributed(&self, operation: &Operation) -> Result<()> {
        if let Operation::AddColumn(op) = operation
            && let Some(references) = &op.column.references
            && let Some((to, _)) = crate::migration::referenced(&references.value)
        {
            let (from, to) = (self.resolve(&op.table), self.now.resolve(&to));
            let sides = (kept(&self.now, &from), kept(&self.now, &to));
            if sides != (None, None)
                && let Some((problem, cure)) = refers(sides.0, sides.1, &[&op.column.name])
            {
                return Err(Error::refused(format!("`{from}` can't refer to `{to}`: {problem}")).hint(cure));
            }
        }
        for written in operation.tables() {
            let name = self.resolve(written);
            let Some(how) = kept(&self.now, &name) else { continue };
            if let Some((problem, cure)) = self.problem(operation, how) {
                return Err(Error::refused(format!("`{name}` is {}: {problem}", how.noun())).hint(cure));
            }
        }
        Ok(())
    }

    fn problem(&self, operation: &Operation, how: &Distribution) -> Option<(&'static str, &'static str)> {
        let spreads = |column: &Ident| matches!(how, Distribution::ByColumn(key) if key == column);
        match operation {
            Operation::RenameTable(_) => Some((
                "under its new name it would be a view until contract, and Citus takes no writes through views",
                "keep its name; or rename it in a window in which no release uses it, by SQL of your own with `-- midflight: phase contract`",
            )),
            Operation::ChangeType(op) if spreads(&op.column) => {
                Some(("its rows are spread by this column, whose type Citus doesn't change", REDISTRIBUTE))
            }
            Operation::DropColumn(op) if spreads(&op.column) => {
                Some(("its rows are spread by this column", REDISTRIBUTE))
            }
            Operation::RenameConstraint(_) => Some((
                "Citus has no RENAME CONSTRAINT",
                "keep the name; or add the constraint under the new one, and drop the old one in a later migration",
            )),
            Operation::SetStatistics(_) => {
                Some(("Citus has no SET STATISTICS", "leave it out, or set it on the shards by hand"))
            }
            Operation::AddIdentity(_) => Some((IDENTITY, VALUES)),
            Operation::AddColumn(op) if op.column.generated.is_some() => Some((IDENTITY, VALUES)),
            Operation::AddColumn(op) if op.column.unique || op.column.primary_key => {
                lacks(how, std::iter::once(&op.column.name.value))
            }
            Operation::CreateTrigger(_) if *how != Distribution::Local => {
                Some(("Citus takes no triggers there", "let the application do what the trigger would"))
            }
            Operation::AddExclusion(_) => Some((
                "midflight doesn't know which exclusion constraints Citus can hold",
                "use UNIQUE with the distribution column among its columns",
            )),
            Operation::AddUnique(op) | Operation::AddPrimaryKey(op) if op.using_index.is_none() => {
                lacks(how, op.columns.iter().map(|column| &column.value))
            }
            Operation::CreateIndex(op) if op.unique => lacks(how, op.columns.iter().filter_map(plain)),
            Operation::AddForeignKey(op) => {
                let from = kept(&self.now, &self.resolve(&op.table));
                let to = kept(&self.now, &self.resolve(&op.references));
                let columns: Vec<&Ident> = op.columns.iter().map(|column| &column.value).collect();
                refers(from, to, &columns)
            }
            _ => None,
        }
    }
}

const IDENTITY: &str = "no column that numbers or computes itself can be added once rows are in shards";
const VALUES: &str = "add the column without it, and let the application give the values, such as a uuid";

fn kept<'c>(catalog: &'c Catalog, name: &TableName) -> Option<&'c Distribution> {
    let table = catalog.tables.get(name).or_else(|| catalog.partitions.get(name))?;
    table.distribution.as_ref()
}

fn plain(key: &IndexKey) -> Option<&Ident> {
    match &key.on {
        IndexedValue::Column(column) => Some(column),
        IndexedValue::Expression(_) => None,
    }
}

/// Each shard knows its own rows only: equal values have to be in one.
fn lacks<'c>(
    how: &Distribution,
    mut columns: impl Iterator<Item = &'c Ident>,
) -> Option<(&'static str, &'static str)> {
    let Distribution::ByColumn(key) = how else { return None };
    let has = columns.any(|column| column == key);
    (!has).then_some((
        "what is to be unique has to hold the column by which its rows are spread",
        "add the distribution column to its columns",
    ))
}

/// Citus has foreign keys within a shard, and to tables that are on every node.
fn refers(
    from: Option<&Distribution>,
    to: Option<&Distribution>,
    columns: &[&Ident],
) -> Option<(&'static str, &'static str)> {
    use Distribution::{ByColumn, Local, Reference, SingleShard};
    let fits = match (from, to) {
        (Some(ByColumn(key)), Some(ByColumn(_))) => columns.contains(&key),
        (Some(_), Some(Reference)) | (Some(SingleShard), Some(SingleShard)) => true,
        (Some(Local), Some(Local)) => true,
        _ => false,
    };
    (!fits).then_some((
        "Citus has foreign keys between tables that are spread alike, by their distribution columns, and to reference tables; others change how a table is kept, or are refused",
        "leave it to the application; or distribute the tables alike first, and put the distribution column into the key",
    ))
}

/// Refuses a finished plan that does more to such a table than change its catalog.
///
/// # Errors
/// Exit 23 with the place of a statement about the table.
pub(super) fn refuse_work(plan: &Plan, migration: &Migration, catalog: &Catalog) -> Result<()> {
    let is_kept = |name: &&TableName| kept(catalog, name).is_some();
    let rewritten = |step: &Step| matches!(step.work, Work::Rewrite | Work::Rows);
    let steps = plan.expand.iter().chain(&plan.finish).chain(&plan.contract).filter(|step| rewritten(step));
    let mut worked: BTreeSet<&TableName> = plan.backfill.iter().map(|work| &work.table).collect();
    worked.extend(plan.triggers.iter().map(|trigger| &trigger.table));
    worked.extend(plan.row_batches().flat_map(|batches| [&batches.table, &batches.writes]));
    worked.extend(steps.flat_map(|step| &step.locks).map(|lock| &lock.table));
    if let Some(name) = worked.into_iter().find(is_kept) {
        let how = kept(catalog, name).map(Distribution::noun).unwrap_or_default();
        let message = format!(
            "`{name}` is {how}: midflight can't give its rows other values, since the coordinator has neither their pages nor triggers for them"
        );
        return Err(blamed(Error::refused(message).hint(BY_HAND), name, migration, catalog));
    }
    let versioned = plan.version_schema.as_ref().and(catalog.tables.keys().find(is_kept));
    match versioned {
        Some(name) => Err(blamed(
            Error::refused(format!("`{name}` is kept by Citus, which takes no writes through views: it can't have version schemas"))
                .hint("leave `version_schemas` out for this migration"),
            name,
            migration,
            catalog,
        )),
        None => Ok(()),
    }
}

/// Why contract can't hide what it removes: that would take triggers, which Citus refuses.
pub(super) fn cant_be_hidden(plan: &Plan, catalog: &Catalog) -> Option<String> {
    let mut locked = plan.contract.iter().flat_map(|step| &step.locks).map(|lock| &lock.table);
    let name = locked.find(|name| kept(catalog, name).is_some())?;
    Some(format!("`{name}` is kept by Citus, which takes no triggers there"))
}

/// The place of the statement that most likely asked for it: one that changes values, else any about the table.
fn blamed(error: Error, name: &TableName, migration: &Migration, catalog: &Catalog) -> Error {
    let about =
        |operation: &Operation| operation.tables().iter().any(|table| catalog.resolve(table) == *name);
    let changes = |operation: &Operation| {
        matches!(
            operation,
            Operation::ChangeType(_)
                | Operation::RenameColumn(_)
                | Operation::TransformColumns(_)
                | Operation::SetNotNull(_)
                | Operation::Unplaced(_)
        )
    };
    let steps = || migration.steps.iter().filter(|step| about(&step.operation));
    let found = steps().find(|step| changes(&step.operation)).or_else(|| steps().last());
    match found {
        Some(step) => error.at(&migration.source, step.span),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Context, Keep, build};
    use super::*;
    use crate::catalog::{Column, RelationKind, Table, TypeInfo};
    use crate::error::Kind;
    use crate::migration::source::Source;

    fn column(name: &str, type_: &str) -> Column {
        Column {
            name: Ident::new(name),
            type_: type_.to_owned(),
            type_info: TypeInfo::whole(type_),
            ..Column::default()
        }
    }

    /// `orders (tenant_id, id, amount, note)` spread by `tenant_id`, `plans` everywhere, `plain` as any.
    fn catalog() -> Catalog {
        let table = |distribution| Table {
            oid: 1,
            kind: RelationKind::Table,
            owned: true,
            attributes: 4,
            columns: vec![
                column("tenant_id", "integer"),
                column("id", "bigint"),
                column("amount", "integer"),
                column("note", "text"),
            ],
            distribution,
            ..Table::default()
        };
        let name = |name: &str| TableName::new("public", name);
        let by = Distribution::ByColumn(Ident::new("tenant_id"));
        let tables = [
            ("orders", Some(by.clone())),
            ("items", Some(by)),
            ("plans", Some(Distribution::Reference)),
            ("audit", Some(Distribution::Local)),
            ("plain", None),
        ];
        let mut catalog = Catalog { server_major: 15, schema: "public".to_owned(), ..Catalog::default() };
        for (table_name, distribution) in tables {
            catalog.tables.insert(name(table_name), table(distribution));
            catalog.relations.insert(name(table_name), RelationKind::Table);
        }
        for type_ in ["bigint", "integer", "text", "uuid"] {
            catalog.types.insert(type_.to_owned(), TypeInfo::whole(type_));
        }
        for (from, to) in [("integer", "bigint"), ("bigint", "integer")] {
            catalog.assignable.insert((from.to_owned(), to.to_owned()));
        }
        catalog
    }

    fn planned(sql: &str) -> Result<Plan> {
        let migration = crate::migration::parse(Source::new("m.sql", sql))?;
        let context = Context { state_schema: Ident::new("midflight"), releases: None, again: false };
        build(&migration, &catalog(), &context)
    }

    #[test]
    fn what_needs_rows_or_writes_through_views_is_refused() {
        for table in ["orders", "plans", "audit"] {
            for (change, says) in [
                ("ALTER COLUMN amount TYPE bigint", "other values"),
                ("RENAME COLUMN amount TO cents", "other values"),
                ("ADD COLUMN tok uuid DEFAULT gen_random_uuid()", "other values"),
                ("RENAME TO purchases", "no writes through views"),
            ] {
                let error = planned(&format!("ALTER TABLE {table} {change};")).unwrap_err();
                assert_eq!(error.kind, Kind::Refused, "{table} {change}: {error}");
                assert!(error.message.contains(says), "{table} {change}: {error}");
                assert!(error.hint.is_some() && error.place.is_some(), "{table} {change}: {error:?}");
            }
        }
        let error = planned(
            "ALTER TABLE orders ADD COLUMN a integer;\nALTER TABLE orders RENAME COLUMN note TO remark;",
        )
        .unwrap_err();
        assert_eq!(error.place.map(|place| place.start.line), Some(2));
    }

    #[test]
    fn what_citus_has_no_form_for_is_refused() {
        for (sql, says) in [
            ("ALTER TABLE orders ALTER COLUMN tenant_id TYPE bigint;", "whose type Citus doesn't change"),
            ("ALTER TABLE orders DROP COLUMN tenant_id;", "spread by this column"),
            ("ALTER TABLE orders ADD CONSTRAINT u UNIQUE (id);", "what is to be unique"),
            ("CREATE UNIQUE INDEX u ON orders (id);", "what is to be unique"),
            ("ALTER TABLE plain ADD FOREIGN KEY (id) REFERENCES plans (id);", "foreign keys between tables"),
            ("ALTER TABLE orders ALTER COLUMN amount SET STATISTICS 500;", "no SET STATISTICS"),
        ] {
            let error = planned(sql).unwrap_err();
            assert_eq!(error.kind, Kind::Refused, "{sql}: {error}");
            assert!(error.message.contains(says), "{sql}: {error}");
        }
    }

    #[test]
    fn what_only_changes_the_catalog_passes() {
        for sql in [
            "ALTER TABLE orders ADD COLUMN plan text;",
            "ALTER TABLE orders ADD COLUMN plan integer NOT NULL DEFAULT 0;",
            "ALTER TABLE orders DROP COLUMN note;",
            "ALTER TABLE orders ADD CONSTRAINT c CHECK (amount >= 0);",
            "ALTER TABLE orders ADD CONSTRAINT u UNIQUE (tenant_id, amount);",
            "CREATE INDEX oz ON orders (amount);",
            "CREATE UNIQUE INDEX oz ON plans (amount);",
            "ALTER TABLE plain ALTER COLUMN amount TYPE bigint;",
        ] {
            let planned = planned(sql);
            assert!(planned.is_ok(), "{sql}: {:?}", planned.err());
        }
        let dropped = planned("ALTER TABLE orders DROP COLUMN note;").unwrap();
        assert!(matches!(dropped.keep, Some(Keep::Impossible(_))), "hiding takes a trigger");
    }
}
