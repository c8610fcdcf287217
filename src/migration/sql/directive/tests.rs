use crate::migration::operation::{Operation, PlacedSql, Step};
use crate::migration::source::{Located, Source};
use crate::migration::{Migration, parse};

fn read(sql: &str) -> Migration {
    parse(Source::new("m.sql", sql)).unwrap()
}

#[test]
fn the_checksum_counts_what_changes_the_database() {
    let sum = |sql: &str| read(sql).checksum;
    let base = sum("ALTER TABLE t ALTER a TYPE int USING 'a b'::int;");
    assert_eq!(base, sum("-- why\nALTER  TABLE t\n\tALTER a /* x */ TYPE int USING 'a b' :: int;"));
    assert_eq!(
        base,
        sum("-- midflight: allow x because y\nALTER TABLE t ALTER a TYPE int USING 'a b'::int;")
    );
    assert_ne!(base, sum("ALTER TABLE t ALTER a TYPE int USING 'a  b'::int;"));
    let reverse = sum("-- midflight: reverse a = a+1\nALTER TABLE t ALTER a TYPE int USING 'a b'::int;");
    assert_ne!(base, reverse);
    assert_eq!(
        reverse,
        sum("--midflight:  reverse a =  a + 1\nALTER TABLE t ALTER a TYPE int USING 'a b'::int;")
    );
}

#[test]
fn directives_reach_their_statement_or_action() {
    let sql = "-- midflight: reverse Price = round(price_cents / 100.0, 2)\n-- midflight: allow type-change because small\nALTER TABLE t ALTER price TYPE int,\n  -- midflight: allow column-drop because unused\n  -- midflight: reverse b = 'é' || b\n  ALTER b TYPE text, DROP c;\n-- midflight: phase contract\nGRANT SELECT ON t TO x;";
    let migration = read(sql);
    let [price, b, c, grant] = &migration.steps[..] else { panic!("{migration:?}") };
    let down = |step: &Step| match &step.operation {
        Operation::ChangeType(change) => {
            change.down.clone().map(|down| (migration.source.slice(down.span).to_owned(), down.to_string()))
        }
        _ => None,
    };
    let expected = "round(price_cents / 100.0, 2)".to_owned();
    assert_eq!(down(price), Some((expected.clone(), expected)));
    assert_eq!(down(b).unwrap().0, "'é' || b");
    let rules = |step: &Step| step.allows.iter().map(|allow| allow.rule.value.clone()).collect::<Vec<_>>();
    assert_eq!(
        (rules(price), rules(b), rules(c)),
        (
            vec!["type-change".into()],
            vec!["type-change".into(), "column-drop".into()],
            vec!["type-change".into()]
        )
    );
    assert_eq!(b.allows[1].reason, "unused");
    let Operation::Sql(placed) = &grant.operation else { panic!() };
    assert_eq!(
        placed,
        &PlacedSql {
            contract: Some(Located::nowhere("GRANT SELECT ON t TO x".to_owned())),
            ..PlacedSql::default()
        }
    );
    let unread = read("-- midflight: phase expand\nFROBNICATE 1;");
    assert!(matches!(&unread.steps[0].operation, Operation::Sql(placed) if placed.expand.is_some()));
}

#[test]
fn wrong_directives_are_errors_with_their_place() {
    for (sql, message, place) in [
        ("-- midflight: revers a = b\nDROP TABLE a;", "did you mean `reverse`?", (1, 15)),
        ("-- midflight:\nDROP TABLE a;", "expected a directive", (1, 14)),
        ("-- midfligth: phase expand\nDROP TABLE a;", "not with `midfligth:`", (1, 4)),
        ("-- midflight allow x because y\nDROP TABLE a;", "not with `midflight`", (1, 4)),
        ("-- midflight: phase contrat\nDROP TABLE a;", "did you mean `contract`?", (1, 21)),
        ("-- midflight: allow x\nDROP TABLE a;", "expected `because`", (1, 22)),
        ("-- midflight: allow x because \nDROP TABLE a;", "has no reason", (1, 23)),
        ("-- midflight: allow because y\nDROP TABLE a;", "expected the rule", (1, 21)),
        ("DROP TABLE a;\n-- midflight: phase expand\n", "no statement below", (2, 1)),
        ("DROP TABLE a; -- midflight: phase expand\nDROP TABLE b;", "a line of its own", (1, 15)),
        ("-- midflight: reverse a = b\nDROP TABLE a;", "doesn't change the type of `a`", (1, 23)),
        (
            "-- midflight: reverse pric = b\nALTER TABLE t ALTER price TYPE int;",
            "doesn't change the type of `pric`",
            (1, 23),
        ),
        ("é;\n-- midflight: reverse a = (b\nALTER TABLE t ALTER a TYPE int;", "never closed", (2, 27)),
        ("-- midflight: reverse a = b)\nALTER TABLE t ALTER a TYPE int;", "never opened", (1, 28)),
        ("-- midflight: reverse a = 'b\nALTER TABLE t ALTER a TYPE int;", "nterminated", (1, 27)),
        ("-- midflight: reverse a b\nALTER TABLE t ALTER a TYPE int;", "expected `=`", (1, 25)),
        ("-- midflight: reverse a =\nALTER TABLE t ALTER a TYPE int;", "expected an expression", (1, 26)),
        (
            "-- midflight: reverse a = b\n-- midflight: reverse a = c\nALTER TABLE t ALTER a TYPE int;",
            "given twice",
            (2, 23),
        ),
        ("ALTER TABLE t DROP a,\n-- midflight: phase expand\nDROP b;", "above the whole statement", (2, 1)),
        ("ALTER TABLE t DROP\n-- midflight: allow x because y\na;", "nothing follows", (2, 1)),
    ] {
        let error = parse(Source::new("m.sql", sql)).unwrap_err();
        let found = error.place.as_ref().map(|place| (place.start.line, place.start.column));
        assert!(error.message.contains(message), "{sql}\n{error:?}");
        assert_eq!(found, Some(place), "{sql}\n{error:?}");
    }
}
