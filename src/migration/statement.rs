//! What statements outside the vocabulary do, as far as a linter asks. They are never planned, so that only what
//! decides about locks, transactions and lost data is kept of them.

use super::object::ObjectKind;
use super::operation::{Name, Operation, SqlText, TableRef};
use super::source::{Located, Span};

/// A table and where it is named.
pub type Target = Located<TableRef>;

/// A statement outside the vocabulary.
#[derive(Debug, Clone, PartialEq)]
pub enum Statement {
    /// `BEGIN`, `COMMIT` and their like.
    Transaction(Transaction),
    /// `SET` and `RESET`, also by `set_config`.
    Set(Setting),
    /// `INSERT`, `UPDATE`, `DELETE`, `MERGE`, `COPY … FROM`, also inside `WITH`.
    Write(Vec<Write>),
    /// `CREATE TABLE … AS`, `SELECT … INTO`
    CreateTableAs {
        /// The new table.
        table: Target,
        /// `TEMP`
        temporary: bool,
        /// `IF NOT EXISTS`
        if_not_exists: bool,
    },
    /// `TRUNCATE`
    Truncate {
        /// The tables.
        tables: Vec<Target>,
        /// `CASCADE`
        cascade: bool,
    },
    /// `REINDEX`
    Reindex {
        /// What is named.
        scope: ReindexScope,
        /// `CONCURRENTLY`
        concurrently: bool,
    },
    /// `VACUUM`
    Vacuum {
        /// `FULL`
        full: bool,
        /// The tables; none is all of them.
        tables: Vec<Target>,
    },
    /// `CLUSTER`; without a table, all that were clustered before.
    Cluster(Option<Target>),
    /// `REFRESH MATERIALIZED VIEW`
    Refresh {
        /// The materialized view.
        view: Target,
        /// `CONCURRENTLY`
        concurrently: bool,
        /// `WITH NO DATA`
        empties: bool,
    },
    /// `LOCK TABLE`
    LockTable {
        /// The tables.
        tables: Vec<Target>,
        /// The mode as written: `ACCESS EXCLUSIVE`.
        mode: String,
    },
    /// An action of `ALTER TABLE`.
    AlterTable(Target, TableAction),
    /// `ALTER INDEX`
    AlterIndex(Target, IndexAction),
    /// `ALTER DOMAIN`
    AlterDomain(Target, DomainAction),
    /// `ALTER TYPE … ADD|DROP|ALTER ATTRIBUTE`
    AlterAttributes {
        /// The composite type.
        type_: Target,
        /// `CASCADE`
        cascade: bool,
    },
    /// `ALTER … RENAME TO`, of an object or of a part of it.
    Rename {
        /// What is renamed.
        kind: ObjectKind,
        /// Its name.
        name: Target,
        /// The table, of a trigger or policy.
        table: Option<Target>,
        /// The column or attribute of it, where only that is renamed.
        part: Option<Name>,
        /// The new name.
        to: Name,
    },
    /// `ALTER … SET SCHEMA` of anything but a table.
    SetSchema {
        /// What is moved.
        kind: ObjectKind,
        /// Its name.
        name: Target,
        /// The new schema.
        to: Name,
    },
    /// `ALTER TRIGGER`, `ALTER POLICY`, `CREATE RULE`, `DROP RULE`: on this table.
    ChangeTrigger(Target),
    /// `CREATE DATABASE`, `ALTER SYSTEM` and others that no transaction may hold.
    Administration,
    /// `ALTER` and `DROP SUBSCRIPTION`, which may have to ask another server, and then can't be in a transaction.
    Subscription,
    /// `CREATE PUBLICATION … FOR`, `ALTER PUBLICATION … ADD`
    Publish {
        /// The publication.
        publication: Name,
        /// What it sends with every column.
        tables: Published,
    },
    /// `CREATE SCHEMA` with what it makes in the schema.
    CreateSchema {
        /// The schema.
        name: Name,
        /// What is made, named with the schema.
        elements: Vec<Operation>,
    },
    /// `DROP DATABASE`
    DropDatabase(Name),
    /// `DROP OWNED BY`
    DropOwned(Span),
    /// `CREATE ROLE … SUPERUSER` and others that an ordinary owner may not do.
    Superuser,
    /// `DO`
    Do(Body),
    /// A query: the functions that it calls, with an empty list where none matters.
    Query(Vec<Name>),
    /// `EXECUTE` of a string in a body that can't be known.
    Dynamic(Span),
    /// Nothing that a rule asks about.
    Other,
}

/// Of which tables a publication sends every column.
#[derive(Debug, Clone, PartialEq)]
pub enum Published {
    /// `ALL TABLES`
    Everything,
    /// `TABLES IN SCHEMA`
    Schemas(Vec<Name>),
    /// `TABLE`, those without a list of columns.
    Tables(Vec<Target>),
}

impl Statement {
    /// Whether it is an `UPDATE`, `DELETE` or `INSERT`, and no data of psql's.
    pub fn changes_rows(&self) -> bool {
        matches!(self, Self::Write(writes) if writes.iter().all(|write| write.kind != WriteKind::Copy))
    }

    /// The tables whose rows it writes, and those that it takes rows from.
    pub fn row_tables(&self) -> Vec<&TableRef> {
        let Self::Write(writes) = self else { return Vec::new() };
        writes.iter().flat_map(|write| std::iter::once(&write.table.value).chain(&write.reads)).collect()
    }
}

/// Transaction control.
#[derive(Debug, Clone, PartialEq)]
pub enum Transaction {
    /// `BEGIN`
    Begin,
    /// `COMMIT`
    Commit {
        /// `AND CHAIN`
        chain: bool,
    },
    /// `ROLLBACK`
    Rollback {
        /// `AND CHAIN`
        chain: bool,
    },
    /// `SAVEPOINT`
    Savepoint(Name),
    /// `ROLLBACK TO`
    RollbackTo(Name),
    /// `RELEASE`
    Release,
}

/// A session parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// In lower case; `*` is `RESET ALL`.
    pub name: String,
    /// The first value; none with `RESET` and `TO DEFAULT`.
    pub values: Vec<String>,
    /// `LOCAL`
    pub local: bool,
}

/// Rows that a statement writes.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// How.
    pub kind: WriteKind,
    /// The table.
    pub table: Target,
    /// The columns that an UPDATE sets, or that an INSERT lists.
    pub columns: Vec<Name>,
    /// The tables of the query whose rows an INSERT takes.
    pub reads: Vec<TableRef>,
    /// The condition of an UPDATE or DELETE, where it looks for NULL and nothing else.
    pub null_test: Option<NullTest>,
}

/// `column IS NULL` or `column IS NOT NULL`
#[derive(Debug, Clone, PartialEq)]
pub struct NullTest {
    /// The column.
    pub column: Name,
    /// `IS NULL`
    pub is_null: bool,
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteKind {
    /// `INSERT … VALUES`
    InsertValues,
    /// `INSERT … SELECT`
    InsertQuery,
    /// `COPY … FROM`
    Copy,
    /// `UPDATE`
    Update(Reach),
    /// `DELETE`
    Delete(Reach),
    /// `MERGE`
    Merge,
}

/// How many rows a condition leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// There is no condition, or one that is always true.
    All,
    /// A list of keys, or one key.
    Keys,
    /// Any other.
    Some,
}

/// What `REINDEX` names.
#[derive(Debug, Clone, PartialEq)]
pub enum ReindexScope {
    /// `INDEX`
    Index(Target),
    /// `TABLE`
    Table(Target),
    /// `SCHEMA`, `DATABASE`, `SYSTEM`
    Many,
}

/// When a constraint is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// `DEFERRABLE`
    pub deferrable: bool,
    /// `INITIALLY DEFERRED`
    pub initially_deferred: bool,
}

/// An action of `ALTER TABLE` outside the vocabulary.
#[derive(Debug, Clone, PartialEq)]
pub enum TableAction {
    /// `ATTACH PARTITION`
    Attach {
        /// The new partition.
        partition: Target,
        /// `DEFAULT` or `FOR VALUES …`
        bound: Option<SqlText>,
    },
    /// `DETACH PARTITION`
    Detach {
        /// The partition.
        partition: Target,
        /// `CONCURRENTLY`
        concurrently: bool,
        /// `FINALIZE`
        finalize: bool,
    },
    /// `SET SCHEMA`, and which
    SetSchema(Name),
    /// `SET LOGGED`, `SET UNLOGGED`, `SET TABLESPACE`, `SET ACCESS METHOD`: the words
    Storage(&'static str),
    /// `ADD CONSTRAINT … NOT NULL column` (PostgreSQL 18)
    AddNotNull {
        /// Its name.
        name: Option<Name>,
        /// The column.
        column: Name,
        /// `NOT VALID`
        not_valid: bool,
    },
    /// `ALTER CONSTRAINT`
    AlterConstraint {
        /// The constraint.
        name: Name,
        /// `ENFORCED`: every row is checked.
        enforce: bool,
        /// When it is checked: `DEFERRABLE`, and when nothing is said; none where something else is changed.
        timing: Option<Timing>,
    },
    /// `DISABLE TRIGGER`
    DisableTrigger,
    /// `ENABLE TRIGGER`
    EnableTrigger,
    /// `SET EXPRESSION` of this column: every row is computed again.
    SetExpression(Name),
    /// `CLUSTER ON`, `SET WITHOUT CLUSTER`: SHARE UPDATE EXCLUSIVE only.
    Mild,
    /// `NO INHERIT`, `OWNER TO`, `SET STORAGE` and others: ACCESS EXCLUSIVE for an instant.
    Instant,
    /// A constraint with `PERIOD` or `WITHOUT OVERLAPS`: true for a foreign key.
    AddTemporalKey {
        /// `FOREIGN KEY`
        foreign: bool,
    },
}

/// An action of `ALTER INDEX`.
#[derive(Debug, Clone, PartialEq)]
pub enum IndexAction {
    /// `ATTACH PARTITION`
    Attach(Target),
    /// `SET TABLESPACE`
    SetTablespace,
    /// Anything else.
    Other,
}

/// An action of `ALTER DOMAIN`.
#[derive(Debug, Clone, PartialEq)]
pub enum DomainAction {
    /// `ADD CONSTRAINT` without `NOT VALID`, `VALIDATE CONSTRAINT`, `SET NOT NULL`: the words
    Scans(&'static str),
    /// `ADD … NOT VALID`
    AddNotValid,
    /// `DROP CONSTRAINT`, `DROP NOT NULL`
    Loosens,
    /// Anything else.
    Other,
}

/// The body of a `DO` block.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// The text between the quotes.
    pub text: SqlText,
    /// Whether it stands in the file as it is, so that places in it are places in the file.
    pub verbatim: bool,
    /// `plpgsql`, or what `LANGUAGE` says, in lower case.
    pub language: String,
}
