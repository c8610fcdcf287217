//! A migration written as YAML.

use serde::Serialize;

use super::operation::{
    ConstraintTarget, CreateTable, DropColumn, DropIndex, DropTable, Operation, PlacedSql, Privileges, Step,
    UserTriggers,
};
use super::source::{Located, Source};
use super::{Migration, parse};
use crate::error::{Error, Result};

#[derive(Serialize)]
struct File<'a> {
    operations: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    operation: &'a Operation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allow: Vec<AllowEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    triggers: Option<UserTriggers>,
}

#[derive(Serialize)]
struct AllowEntry<'a> {
    rule: &'a str,
    because: &'a str,
}

const PLACE_IT: &str =
    "place it with `-- midflight: phase expand` or `-- midflight: phase contract` above the statement";

/// The same migration as YAML. What comes out reads back to the same operations: a statement that YAML can't
/// spell is an error, never a silent loss.
pub fn to_yaml(migration: &Migration) -> Result<String> {
    if let Some((step, head)) = migration.steps.iter().find_map(unplaced) {
        return Err(Error::usage(format!("`{head}` has no form in YAML"))
            .at(&migration.source, step.span)
            .hint(PLACE_IT));
    }
    if migration.steps.is_empty() {
        let message = format!("`{}` has no statements to convert", migration.source.path);
        return Err(Error::usage(message));
    }
    let spelled: Vec<Step> = migration
        .steps
        .iter()
        .map(|step| Step { operation: with_rows(&step.operation), ..step.clone() })
        .collect();
    let operations = spelled.iter().map(entry).collect();
    let yaml = serde_saphyr::to_string(&File { operations }).map_err(|error| {
        Error::usage(format!("`{}` can't be written as YAML: {error}", migration.source.path))
    })?;
    let read = parse(Source::new("converted.yaml", yaml.as_str()))?;
    for (written, step) in migration.steps.iter().zip(&read.steps) {
        if spoken(&written.operation) != step.operation {
            return Err(Error::usage(format!("{} has no form in YAML", unspoken(&written.operation)))
                .at(&migration.source, written.span)
                .hint(PLACE_IT));
        }
    }
    Ok(yaml)
}

/// An `UPDATE`, `DELETE` or `INSERT` is text in YAML, which says that it changes rows.
fn with_rows(operation: &Operation) -> Operation {
    match operation {
        Operation::Unplaced(op) if op.statement.changes_rows() => {
            let rows = Some(Located::nowhere(op.sql.clone()));
            Operation::Sql(PlacedSql { rows, ..PlacedSql::default() })
        }
        other => other.clone(),
    }
}

fn unplaced(step: &Step) -> Option<(&Step, &str)> {
    match &step.operation {
        Operation::Unplaced(op) if op.statement.changes_rows() => None,
        Operation::Unplaced(other) => Some((step, other.head.as_str())),
        _ => None,
    }
}

fn entry(step: &Step) -> Entry<'_> {
    let allow =
        step.allows.iter().map(|allow| AllowEntry { rule: &allow.rule.value, because: &allow.reason });
    Entry { operation: &step.operation, allow: allow.collect(), triggers: step.triggers }
}

/// The operation without what SQL says on the way and midflight decides by itself.
fn spoken(operation: &Operation) -> Operation {
    let mut operation = with_rows(operation);
    match &mut operation {
        Operation::CreateTable(create) if is_spelled_out(create) => {
            create.statement = None;
            create.references.clear();
        }
        Operation::CreateIndex(create) => create.concurrently = false,
        Operation::DropIndex(drop) => drop.concurrently = false,
        _ => {}
    }
    operation
}

/// Whether the table is made of the columns that it lists, and not by a query or as a partition.
fn is_spelled_out(create: &CreateTable) -> bool {
    let lists = !create.columns.is_empty() || !create.constraints.is_empty();
    create.partition_of.is_none() && (lists || create.options.is_none())
}

/// What an operation says that YAML can't.
fn unspoken(operation: &Operation) -> &'static str {
    match operation {
        Operation::CreateTable(create) if create.temporary => "`CREATE TEMPORARY TABLE`",
        Operation::CreateTable(create) if create.partition_of.is_some() => "`PARTITION OF`",
        Operation::CreateTable(create) if !is_spelled_out(create) => "this form of `CREATE TABLE`",
        Operation::CreateIndex(create) if create.only => "`ON ONLY`",
        Operation::DropTable(DropTable { cascade: true, .. })
        | Operation::DropColumn(DropColumn { cascade: true, .. })
        | Operation::DropIndex(DropIndex { cascade: true, .. })
        | Operation::DropConstraint(ConstraintTarget { cascade: true, .. })
        | Operation::Revoke(Privileges { cascade: true, .. }) => "`CASCADE`",
        other if other.dropped().is_some_and(|(_, drop)| drop.cascade) => "`CASCADE`",
        _ => "this name",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(sql: &str) -> Result<String> {
        to_yaml(&parse(Source::new("m.sql", sql)).unwrap())
    }

    #[test]
    fn what_is_written_reads_back() {
        let yaml = convert(
            "-- midflight: reverse amount = amount::int\n\
             -- midflight: allow type-change because \"small: yes\"\n\
             ALTER TABLE shop.\"Orders\" ALTER amount TYPE numeric(10, 2) USING amount / 100, ADD note text DEFAULT '#: {x}';\n\
             CREATE TABLE t (id bigint PRIMARY KEY, a text CHECK (a <> ''), UNIQUE (a)) WITH (fillfactor = 70);\n\
             CREATE UNIQUE INDEX CONCURRENTLY i ON t (lower(a)) WHERE a IS NOT NULL;\n\
             COMMENT ON TABLE t IS 'two\nlines: yes';\n\
             COMMENT ON COLUMN t.a IS NULL;\n\
             ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES o ON DELETE CASCADE NOT VALID;\n\
             -- midflight: phase contract\n\
             GRANT SELECT\n  ON t TO x;",
        )
        .unwrap();
        assert_eq!(
            yaml,
            r#"operations:
- change_type:
    table: shop.Orders
    column: amount
    type: numeric(10, 2)
    up: amount / 100
    down: amount::int
  allow:
  - rule: type-change
    because: "\"small: yes\""
- add_column:
    table: shop.Orders
    column:
      name: note
      type: text
      default: "'#: {x}'"
  allow:
  - rule: type-change
    because: "\"small: yes\""
- create_table:
    table: t
    columns:
    - name: id
      type: bigint
      primary_key: true
    - name: a
      type: text
      check: a <> ''
    constraints:
    - UNIQUE (a)
    options: WITH (fillfactor = 70)
- create_index:
    table: t
    name: i
    unique: true
    columns:
    - lower(a)
    where: a IS NOT NULL
- set_comment:
    table: t
    comment: |-
      two
      lines: yes
- set_comment:
    table: t
    column: a
    comment: null
- add_foreign_key:
    table: t
    name: f
    columns:
    - a
    references: o
    options: ON DELETE CASCADE
    not_valid: true
- sql:
    contract: |-
      GRANT SELECT
        ON t TO x
"#
        );
    }

    #[test]
    fn what_has_no_form_is_refused_with_its_place() {
        for (sql, line, what) in [
            ("DROP TABLE a;\nVACUUM;", 2, "VACUUM"),
            ("DROP TABLE a CASCADE;", 1, "CASCADE"),
            ("CREATE TEMP TABLE t (a int);", 1, "TEMPORARY"),
            ("CREATE TABLE p PARTITION OF t DEFAULT;", 1, "PARTITION OF"),
            ("CREATE TABLE p AS SELECT 1;", 1, "this form"),
            ("CREATE INDEX i ON ONLY t (a);", 1, "ON ONLY"),
            ("ALTER TABLE \"a.b\" DROP c;", 1, "this name"),
        ] {
            let error = convert(sql).unwrap_err();
            assert!(error.message.contains(what), "{sql}: {error}");
            assert_eq!(error.place.unwrap().start.line, line, "{sql}");
            assert!(error.hint.is_some());
        }
    }
}
