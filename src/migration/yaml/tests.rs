use super::super::operation::{Expr, Operation, Step};
use super::super::source::Source;
use super::super::{Migration, parse};
use crate::error::{Error, Result};

fn read(yaml: &str) -> Result<Migration> {
    parse(Source::new("m.yaml", yaml))
}

const FILE: &str = r#"# é
operations:
  - transform_columns:            # split
      table: users
      from: [name]
      to:
        - {name: first_name, type: text, not_null: true}
        - {name: last_name,  type: text}
      up:   {first_name: "split_part(name, ' ', 1)", last_name: 'nullif(a, '''')'}
      down: {name: "concat_ws(' ', first_name, last_name)"}
  # a comment between
  - change_type: {table: shop.Orders, column: amount, type: bigint, up: amount::bigint, down: "amount::integer"}
    allow: [{rule: type-change, because: small table}]
  - sql:
      expand: |
        create view v as
          select 1;
      rollback: drop view v

  - drop_table: {table: a}
"#;

#[test]
fn values_and_entries_know_their_place() {
    let migration = read(FILE).unwrap();
    let slice = |expression: &Expr| migration.source.slice(expression.span).to_owned();
    let [a, b, c, d] = &migration.steps[..] else { panic!("{migration:?}") };
    let Operation::TransformColumns(transform) = &a.operation else { panic!() };
    assert_eq!(slice(&transform.up[&"first_name".into()]), "split_part(name, ' ', 1)");
    assert_eq!(slice(&transform.up[&"last_name".into()]), "nullif(a, '''')");
    assert_eq!(migration.source.slice(transform.table.span), "users");
    let Operation::ChangeType(change) = &b.operation else { panic!() };
    assert_eq!(slice(change.up.as_ref().unwrap()), "amount::bigint");
    assert_eq!(slice(change.down.as_ref().unwrap()), "amount::integer");
    assert_eq!(change.table.value.to_string(), "shop.\"Orders\"");
    assert_eq!((b.allows[0].rule.as_str(), b.allows[0].reason.as_str()), ("type-change", "small table"));
    let Operation::Sql(sql) = &c.operation else { panic!() };
    let expand = sql.expand.as_ref().unwrap();
    assert_eq!(expand.value, "create view v as\n  select 1;\n");
    assert!(migration.source.slice(expand.span).starts_with("create view"));
    let entry = |step: &Step| migration.source.slice(step.span).to_owned();
    assert!(
        entry(a).starts_with("transform_columns:") && entry(a).ends_with("last_name)\"}"),
        "{}",
        entry(a)
    );
    assert!(entry(b).ends_with("small table}]"), "{}", entry(b));
    assert!(entry(c).ends_with("drop view v"), "{}", entry(c));
    assert_eq!(entry(d), "drop_table: {table: a}");
}

fn place(error: &Error) -> (usize, usize) {
    error.place.as_ref().map_or((0, 0), |place| (place.start.line, place.start.column))
}

#[test]
fn mistakes_are_named_with_place_and_cure() {
    for (yaml, message, at) in [
        ("", "is empty", (0, 0)),
        ("# only this\n", "is empty", (0, 0)),
        (
            "operations:\n  - chnge_type: {table: a}\n",
            "unknown operation `chnge_type`; did you mean `change_type`?",
            (2, 5),
        ),
        ("operations:\n  - change_type: {tabel: a}\n", "unknown key `tabel`; did you mean `table`?", (2, 19)),
        ("operations:\n  - drop_column: {table: a}\n", "`column` is missing", (2, 19)),
        (
            "operation:\n  - drop_column: {table: a}\n",
            "unknown key `operation`; did you mean `operations`?",
            (1, 1),
        ),
        ("operations:\n", "`operations` is empty", (1, 11)),
        ("operations: {drop_table: {table: a}}\n", "expected a list", (1, 13)),
        ("- drop_table: {table: a}\n", "expected a map", (1, 1)),
        ("hello\n", "expected a map", (1, 1)),
        ("operations:\n  - drop_table\n", "expected a map", (2, 5)),
        ("operations:\n  - drop_table: a\n", "expected a map", (2, 17)),
        ("operations:\n  - {}\n", "names no operation", (2, 5)),
        (
            "operations:\n  - drop_table: {table: a}\n    drop_index: {index: i}\n",
            "stand in one entry",
            (3, 5),
        ),
        ("operations:\n  - drop_table: {table: a, if_exists: maybe}\n", "", (2, 39)),
        ("operations:\n  - drop_table: {table: [a]}\n", "", (2, 25)),
        ("operations:\n  - drop_table: {table: a, table: b}\n", "`table` stands here twice", (2, 28)),
        ("operations:\n  - drop_table: {table: a\n", "unclosed bracket", (2, 17)),
        ("operations:\n  - sql: {rollback: x}\n", "neither `expand` nor `backfill` nor `contract`", (2, 21)),
        ("operations:\n  - drop_table: {table: a}\nextra: 1\n", "unknown key `extra`", (3, 1)),
        (
            &FILE.replace("last_name: 'nullif", "lst: 'nullif"),
            "`up` has no expression for column `last_name`",
            (8, 18),
        ),
        (&FILE.replace("down: {", "down: {x: y, "), "`down` has an expression for `x`", (10, 17)),
        (&FILE.replace(", because: small table", ""), "`because` is missing", (13, 14)),
    ] {
        let error = read(yaml).unwrap_err();
        assert!(error.message.contains(message), "{yaml}\n{error:?}");
        assert_eq!(place(&error), at, "{yaml}\n{error:?}");
    }
}

#[test]
fn windows_line_ends_move_nothing() {
    let migration = read(&format!("\u{feff}{}", FILE.replace('\n', "\r\n"))).unwrap();
    let Operation::ChangeType(change) = &migration.steps[1].operation else { panic!() };
    let down = change.down.as_ref().unwrap();
    assert_eq!(migration.source.slice(down.span), "amount::integer");
    assert_eq!(migration.source.position(migration.steps[1].span.start).line, 12);
    assert_eq!(migration.checksum, read(FILE).unwrap().checksum);
    assert_eq!(
        migration.checksum,
        read(&FILE.replace("# split", "").replace("type-change", "x")).unwrap().checksum
    );
    assert_ne!(migration.checksum, read(&FILE.replace("last_name)\"}", "last_name )\"}")).unwrap().checksum);
}
