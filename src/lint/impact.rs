//! The locks that a step takes and the work that it does under them, on tables that others use. Every line was
//! observed on PostgreSQL 14 to 18.

use super::Lock;
use super::cost;
use super::schema::{ConstraintRule, Schema};
use super::types::Cost;
use super::work::Work;
use crate::ident::TableName;
use crate::migration::mentions;
use crate::migration::object::ObjectKind;
use crate::migration::operation::{Name, Operation, TableRef};
use crate::migration::statement::{DomainAction, Reach, ReindexScope, Statement, TableAction, WriteKind};

/// What a step does to tables that others use.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Impact {
    /// The strongest lock on each table, the statement's own table first.
    pub locks: Vec<(TableName, Lock)>,
    /// What takes as long as a table is large.
    pub work: Option<Work>,
}

impl Impact {
    /// What a step does. `pg_version` is the server's major version.
    pub fn of(operation: &Operation, schema: &Schema, pg_version: u32) -> Self {
        let mut reader = Reader { schema, impact: Self::default(), pg_version };
        reader.operation(operation);
        reader.impact
    }

    /// The strongest lock on its first table.
    pub fn lock(&self) -> Option<Lock> {
        self.locks.first().map(|(_, lock)| *lock)
    }

    /// The tables that it locks so that nobody can read or write them.
    pub fn exclusive(&self) -> impl Iterator<Item = &TableName> {
        self.locks.iter().filter(|(_, lock)| *lock == Lock::AccessExclusive).map(|(table, _)| table)
    }
}

/// Functions beside which a query takes no time: an index gives the largest key, and the others ask for nothing.
const QUICK: &[&str] =
    &["max", "min", "setval", "coalesce", "greatest", "pg_get_serial_sequence", "nextval", "currval"];

/// Whether a query may take long: it reads a table from end to end, or sleeps.
fn reads_on(called: &[Name], sql: &str) -> bool {
    let calls = |name: &str| called.iter().any(|function| function.as_str() == name);
    if calls("pg_sleep") || calls("pg_sleep_for") || calls("pg_sleep_until") {
        return true;
    }
    let quick = !called.is_empty() && called.iter().all(|name| QUICK.contains(&name.as_str()));
    let bounded = ["WHERE", "LIMIT", "FETCH", "pg_catalog", "information_schema"]
        .iter()
        .any(|word| mentions(sql, word));
    let catalog = crate::migration::names(sql).iter().any(|name| name.as_str().starts_with("pg_"));
    mentions(sql, "FROM") && !quick && !bounded && !catalog
}

use Lock::{AccessExclusive, Exclusive, RowExclusive, Share, ShareRowExclusive, ShareUpdateExclusive};

struct Reader<'a> {
    schema: &'a Schema,
    impact: Impact,
    pg_version: u32,
}

impl Reader<'_> {
    fn operation(&mut self, operation: &Operation) {
        match operation {
            Operation::CreateTable(create) => {
                create.references.iter().for_each(|parent| self.take(parent, ShareRowExclusive));
                if let Some(parent) = &create.partition_of {
                    self.take(parent, AccessExclusive);
                    self.default_partition(parent);
                }
                if create
                    .statement
                    .as_ref()
                    .is_some_and(|sql| create.columns.is_empty() && mentions(sql, "AS"))
                {
                    self.impact.work = Some(Work::Rows);
                }
            }
            Operation::DropTable(drop) => {
                self.take(&drop.table, AccessExclusive);
                self.partners(&drop.table, |_| true);
                self.parent_of(&drop.table);
            }
            Operation::RenameTable(op) => self.take(&op.table, AccessExclusive),
            Operation::AddColumn(add) => {
                self.take(&add.table, AccessExclusive);
                if let Some((parent, _)) =
                    add.column.references.as_ref().and_then(|text| crate::migration::referenced(text))
                {
                    self.take(&parent, ShareRowExclusive);
                }
                let column = &add.column;
                let work = if cost::of_added(self.schema, column, self.pg_version).is_some() {
                    Some(Work::Rewrite)
                } else if column.primary_key || column.unique {
                    Some(Work::Build)
                } else {
                    let looks =
                        column.check.is_some() || column.references.is_some() && column.default.is_some();
                    looks.then_some(Work::Scan)
                };
                self.work(&add.table, work);
            }
            Operation::DropColumn(drop) => {
                self.take(&drop.table, AccessExclusive);
                let column = &drop.column.value;
                self.partners(&drop.table, |rule| {
                    matches!(rule, ConstraintRule::ForeignKey { columns, .. } if columns.contains(column))
                });
            }
            Operation::RenameColumn(op) => self.take(&op.table, AccessExclusive),
            Operation::ChangeType(op) => {
                self.take(&op.table, AccessExclusive);
                let free = cost::of_change(self.schema, op) == Cost::Free;
                let again = cost::again(self.schema, op, &[]) != cost::Again::default();
                let work = if free { again.then_some(Work::Scan) } else { Some(Work::Rewrite) };
                self.work(&op.table, work);
            }
            Operation::TransformColumns(op) => self.take(&op.table, AccessExclusive),
            Operation::SetNotNull(op) => {
                self.take(&op.table, AccessExclusive);
                let known = self.schema.column(&op.table, &op.column).is_some_and(|column| column.not_null);
                let proven = known || self.schema.proven_not_null(&op.table, &op.column, &[]);
                self.work(&op.table, (!proven).then_some(Work::Scan));
            }
            Operation::SetDefault(op) => self.take(&op.table, AccessExclusive),
            Operation::DropNotNull(op) | Operation::DropDefault(op) => self.take(&op.table, AccessExclusive),
            Operation::AddIdentity(op) => self.take(&op.table, AccessExclusive),
            Operation::SetIdentity(op) => self.take(&op.table, AccessExclusive),
            Operation::DropIdentity(op) | Operation::DropExpression(op) => {
                self.take(&op.table, AccessExclusive);
            }
            Operation::SetComment(op) => self.take(&op.table, ShareUpdateExclusive),
            Operation::AddCheck(op) => {
                self.take(&op.table, AccessExclusive);
                let unchecked =
                    op.not_valid || op.options.as_ref().is_some_and(|text| mentions(text, "NOT ENFORCED"));
                self.work(&op.table, (!unchecked).then_some(Work::Scan));
            }
            Operation::AddForeignKey(op) => {
                self.take(&op.table, ShareRowExclusive);
                self.take(&op.references, ShareRowExclusive);
                self.work(&op.table, (!op.not_valid).then_some(Work::Scan));
            }
            Operation::AddUnique(op) | Operation::AddPrimaryKey(op) => {
                self.take(&op.table, AccessExclusive);
                self.work(&op.table, op.using_index.is_none().then_some(Work::Build));
            }
            Operation::AddExclusion(op) => {
                self.take(&op.table, AccessExclusive);
                self.work(&op.table, Some(Work::Build));
            }
            Operation::ValidateConstraint(op) => {
                self.take(&op.table, ShareUpdateExclusive);
                self.work(&op.table, Some(Work::Scan));
            }
            Operation::DropConstraint(op) => {
                self.take(&op.table, AccessExclusive);
                let rule = self.schema.constraint(&op.table, &op.name).map(|constraint| &constraint.rule);
                if let Some(ConstraintRule::ForeignKey { references, .. }) = rule {
                    self.take_named(references.clone(), AccessExclusive);
                }
            }
            Operation::RenameConstraint(op) => self.take(&op.table, AccessExclusive),
            Operation::CreateIndex(op) => {
                self.take(&op.table, if op.concurrently { ShareUpdateExclusive } else { Share });
                let plain = self.schema.is_plain(&op.table);
                self.work(&op.table, (!op.only || plain).then_some(Work::Build));
            }
            Operation::DropIndex(op) => {
                let lock = if op.concurrently { ShareUpdateExclusive } else { AccessExclusive };
                if let Some(index) = self.schema.index(&op.index) {
                    self.take_named(index.table.clone(), lock);
                }
            }
            Operation::SetReplicaIdentity(op) | Operation::SetRowSecurity(op) => {
                self.take(&op.table, AccessExclusive);
            }
            Operation::SetStorageParameters(op) => self.take(&op.table, ShareUpdateExclusive),
            Operation::SetStatistics(op) => self.take(&op.table, ShareUpdateExclusive),
            Operation::CreateMaterializedView(op) => {
                let empty = op.definition.as_ref().is_some_and(|text| mentions(text, "WITH NO DATA"));
                self.impact.work = (!empty).then_some(Work::Rows);
            }
            Operation::Unplaced(unplaced) => {
                self.statement(&unplaced.statement);
                if let Statement::Query(called) = &unplaced.statement {
                    self.impact.work = reads_on(called, &unplaced.sql).then_some(Work::Rows);
                }
            }
            other => self.object(other),
        }
    }

    /// Views, triggers and policies; other objects lock no table.
    fn object(&mut self, operation: &Operation) {
        if let Some((kind, create)) = operation.created() {
            match kind {
                ObjectKind::Trigger => {
                    create.table.iter().for_each(|table| self.take(table, ShareRowExclusive));
                }
                ObjectKind::Policy => create.table.iter().for_each(|table| self.take(table, AccessExclusive)),
                ObjectKind::View if create.or_replace => self.take(&create.name, AccessExclusive),
                _ => {}
            }
        } else if let Some((kind, drop)) = operation.dropped() {
            match kind {
                ObjectKind::Trigger | ObjectKind::Policy => {
                    drop.table.iter().for_each(|table| self.take(table, AccessExclusive));
                }
                ObjectKind::View | ObjectKind::MaterializedView => self.take(&drop.name, AccessExclusive),
                _ => {}
            }
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Write(writes) => {
                writes.iter().for_each(|write| self.take(&write.table, RowExclusive));
                let many = |kind: WriteKind| match kind {
                    WriteKind::InsertValues => false,
                    WriteKind::Update(reach) | WriteKind::Delete(reach) => reach != Reach::Keys,
                    WriteKind::InsertQuery | WriteKind::Copy | WriteKind::Merge => true,
                };
                // what fills a new table takes its time as well, under whatever the transaction holds
                let new = |table: &TableRef| self.schema.table_is_new(&self.schema.resolve(table));
                let fills = |kind: WriteKind| kind == WriteKind::InsertQuery;
                let works =
                    writes.iter().any(|write| many(write.kind) && (!new(&write.table) || fills(write.kind)));
                self.impact.work = works.then_some(Work::Rows);
            }
            Statement::CreateTableAs { .. } => self.impact.work = Some(Work::Rows),
            Statement::Truncate { tables, .. } => {
                tables.iter().for_each(|table| self.take(table, AccessExclusive));
            }
            Statement::Reindex { scope, concurrently } => {
                let lock = if *concurrently { ShareUpdateExclusive } else { AccessExclusive };
                match scope {
                    ReindexScope::Table(table) => self.take(table, lock),
                    ReindexScope::Index(index) => {
                        let table = self.schema.index(index).map(|index| index.table.clone());
                        table.into_iter().for_each(|table| self.take_named(table, lock));
                    }
                    ReindexScope::Many => {}
                }
                self.impact.work = Some(Work::Build);
            }
            Statement::Vacuum { full, tables } => {
                let lock = if *full { AccessExclusive } else { ShareUpdateExclusive };
                tables.iter().for_each(|table| self.take(table, lock));
                self.impact.work = Some(if *full { Work::Rewrite } else { Work::Scan });
            }
            Statement::Cluster(table) => {
                table.iter().for_each(|table| self.take(table, AccessExclusive));
                self.impact.work = Some(Work::Rewrite);
            }
            Statement::Refresh { view, concurrently, empties } => {
                self.take(view, if *concurrently { Exclusive } else { AccessExclusive });
                self.work(view, (!empties).then_some(Work::Rows));
            }
            Statement::LockTable { tables, mode } => {
                // what is weaker stops nobody
                if let Some(lock) = Lock::named(mode).filter(|lock| *lock >= RowExclusive) {
                    tables.iter().for_each(|table| self.take(table, lock));
                }
            }
            Statement::AlterTable(table, action) => self.action(table, action),
            Statement::AlterDomain(domain, DomainAction::Scans(_)) => self.domain(domain),
            Statement::ChangeTrigger(table) => self.take(table, AccessExclusive),
            Statement::Rename { kind, name, table, .. } => match kind {
                ObjectKind::View | ObjectKind::MaterializedView => self.take(name, AccessExclusive),
                _ => table.iter().for_each(|table| self.take(table, AccessExclusive)),
            },
            _ => {}
        }
    }

    fn action(&mut self, table: &TableRef, action: &TableAction) {
        match action {
            TableAction::Attach { partition, .. } => {
                self.take(table, ShareUpdateExclusive);
                self.take(partition, AccessExclusive);
                self.default_partition(table);
                self.work(partition, Some(Work::Scan));
            }
            TableAction::Detach { concurrently, finalize, .. } if *concurrently || *finalize => {
                self.take(table, ShareUpdateExclusive);
            }
            TableAction::Detach { partition, .. } => {
                self.take(table, AccessExclusive);
                self.take(partition, AccessExclusive);
                if let Some(default) = self.default_of(table) {
                    self.take_named(default, AccessExclusive);
                }
            }
            TableAction::SetExpression(column) => {
                self.take(table, AccessExclusive);
                let known = self.schema.column(table, column).and_then(|column| column.computed.as_deref());
                let stored = known.is_none_or(|text| cost::is_stored(text, self.pg_version));
                self.work(table, stored.then_some(Work::Rewrite));
            }
            TableAction::Storage(_) => {
                self.take(table, AccessExclusive);
                self.work(table, Some(Work::Rewrite));
            }
            TableAction::AddNotNull { not_valid, .. } => {
                self.take(table, AccessExclusive);
                self.work(table, (!not_valid).then_some(Work::Scan));
            }
            TableAction::AlterConstraint { enforce, .. } => {
                self.take(table, AccessExclusive);
                self.work(table, enforce.then_some(Work::Scan));
            }
            TableAction::DisableTrigger | TableAction::EnableTrigger => self.take(table, ShareRowExclusive),
            TableAction::Mild => self.take(table, ShareUpdateExclusive),
            TableAction::SetSchema(_) | TableAction::Instant => self.take(table, AccessExclusive),
            TableAction::AddTemporalKey { foreign } => {
                self.take(table, if *foreign { ShareRowExclusive } else { AccessExclusive });
                self.work(table, Some(if *foreign { Work::Scan } else { Work::Build }));
            }
        }
    }

    /// A domain's rule is checked against every table that uses it.
    fn domain(&mut self, domain: &TableRef) {
        let uses = |type_: &Option<String>| {
            type_.as_ref().is_some_and(|type_| super::types::Type::parse(type_).ident() == domain.name)
        };
        let users = self
            .schema
            .relations()
            .filter(|(_, table)| table.columns.values().any(|column| uses(&column.type_)));
        let users = users.map(|(name, _)| name.clone()).collect::<Vec<_>>();
        users.into_iter().for_each(|table| self.take_named(table, Share));
        if !self.impact.locks.is_empty() {
            self.impact.work = Some(Work::Scan);
        }
    }

    fn default_of(&self, parent: &TableRef) -> Option<TableName> {
        self.schema.table(parent)?.default_partition.clone()
    }

    /// Adding a partition reads the default partition, for rows that belong in the new one.
    fn default_partition(&mut self, parent: &TableRef) {
        if let Some(default) = self.default_of(parent) {
            self.impact.work = Some(Work::Scan);
            self.take_named(default, AccessExclusive);
        }
    }

    /// Dropping a partition locks what it belongs to.
    fn parent_of(&mut self, table: &TableRef) {
        let Some(parent) = self.schema.table(table).and_then(|table| table.partition_of.clone()) else {
            return;
        };
        let default = self.schema.relation(&parent).and_then(|parent| parent.default_partition.clone());
        self.take_named(parent, AccessExclusive);
        default.into_iter().for_each(|default| self.take_named(default, AccessExclusive));
    }

    /// Whoever drops a foreign key also locks the table that it refers to.
    fn partners(&mut self, table: &TableRef, gone: impl Fn(&ConstraintRule) -> bool) {
        let Some(known) = self.schema.table(table) else { return };
        let gone = known.constraints.values().filter(|constraint| gone(&constraint.rule));
        let partners = gone.filter_map(|constraint| match &constraint.rule {
            ConstraintRule::ForeignKey { references, .. } => Some(references.clone()),
            _ => None,
        });
        for partner in partners.collect::<Vec<_>>() {
            self.take_named(partner, AccessExclusive);
        }
    }

    fn take(&mut self, table: &TableRef, lock: Lock) {
        self.take_named(self.schema.resolve(table), lock);
    }

    fn take_named(&mut self, table: TableName, lock: Lock) {
        if self.schema.table_is_new(&table) {
            return;
        }
        match self.impact.locks.iter_mut().find(|(known, _)| *known == table) {
            Some((_, known)) => *known = lock.max(*known),
            None => self.impact.locks.push((table, lock)),
        }
    }

    /// Work on a new table is none.
    fn work(&mut self, table: &TableRef, work: Option<Work>) {
        if work.is_some() && !self.schema.table_is_new(&self.schema.resolve(table)) {
            self.impact.work = work;
        }
    }
}
