use super::object::*;
use super::operation::{Operation, TableRef};
use super::source::Source;
use super::{Argument, list, objects, parse, to_yaml};

/// SQL, and the same operation in YAML.
const PAIRS: &[(&str, &str)] = &[
    (
        "CREATE TYPE s.mood AS ENUM ('sad', 'it''s')",
        "create_type: {name: s.mood, definition: \"AS ENUM ('sad', 'it''s')\"}",
    ),
    ("CREATE TYPE ty AS (a int, b text)", "create_type: {name: ty, definition: 'AS (a int, b text)'}"),
    (
        "CREATE DOMAIN d AS int CHECK (VALUE > 0)",
        "create_domain: {name: d, definition: AS int CHECK (VALUE > 0)}",
    ),
    ("CREATE SCHEMA IF NOT EXISTS \"S\"", "create_schema: {name: S, if_not_exists: true}"),
    ("CREATE SCHEMA s AUTHORIZATION me", "create_schema: {name: s, definition: AUTHORIZATION me}"),
    (
        "CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" WITH SCHEMA x",
        "create_extension: {name: uuid-ossp, if_not_exists: true, definition: WITH SCHEMA x}",
    ),
    ("CREATE SEQUENCE s.q", "create_sequence: {name: s.q}"),
    ("CREATE SEQUENCE q START 5 CACHE 2", "create_sequence: {name: q, definition: START 5 CACHE 2}"),
    (
        "CREATE OR REPLACE VIEW v (a) WITH (security_invoker) AS SELECT 1",
        "create_view: {name: v, or_replace: true, definition: (a) WITH (security_invoker) AS SELECT 1}",
    ),
    (
        "CREATE RECURSIVE VIEW v (n) AS SELECT 1",
        "create_view: {name: v, modifier: RECURSIVE, definition: (n) AS SELECT 1}",
    ),
    (
        "CREATE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT 1 WITH NO DATA",
        "create_materialized_view: {name: v, if_not_exists: true, definition: AS SELECT 1 WITH NO DATA}",
    ),
    (
        "CREATE OR REPLACE FUNCTION s.f(a int DEFAULT 1, OUT b text) LANGUAGE sql AS 'x'",
        "create_function: {name: s.f, arguments: [a int DEFAULT 1, OUT b text], or_replace: true, definition: LANGUAGE sql AS 'x'}",
    ),
    (
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "create_function: {name: f, arguments: [], definition: RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$}",
    ),
    (
        "CREATE PROCEDURE p(INOUT a int) LANGUAGE sql AS 'x'",
        "create_procedure: {name: p, arguments: [INOUT a int], definition: LANGUAGE sql AS 'x'}",
    ),
    (
        "CREATE CONSTRAINT TRIGGER g AFTER INSERT OR UPDATE OF a, b ON s.t DEFERRABLE FOR EACH ROW EXECUTE FUNCTION f()",
        "create_trigger: {name: g, modifier: CONSTRAINT, fires: 'AFTER INSERT OR UPDATE OF a, b', table: s.t, definition: DEFERRABLE FOR EACH ROW EXECUTE FUNCTION f()}",
    ),
    (
        "CREATE POLICY p ON t FOR SELECT USING (true)",
        "create_policy: {name: p, table: t, definition: FOR SELECT USING (true)}",
    ),
    (
        "CREATE STATISTICS st (ndistinct) ON a, b FROM t",
        "create_statistics: {name: st, definition: '(ndistinct) ON a, b FROM t'}",
    ),
    ("DROP TYPE IF EXISTS s.ty", "drop_type: {name: s.ty, if_exists: true}"),
    ("DROP DOMAIN d RESTRICT", "drop_domain: {name: d}"),
    ("DROP SCHEMA s", "drop_schema: {name: s}"),
    ("DROP EXTENSION x", "drop_extension: {name: x}"),
    ("DROP SEQUENCE q", "drop_sequence: {name: q}"),
    ("DROP VIEW v", "drop_view: {name: v}"),
    ("DROP MATERIALIZED VIEW v", "drop_materialized_view: {name: v}"),
    ("DROP FUNCTION f", "drop_function: {name: f}"),
    ("DROP FUNCTION f()", "drop_function: {name: f, arguments: []}"),
    ("DROP PROCEDURE s.p(int, text)", "drop_procedure: {name: s.p, arguments: [int, text]}"),
    ("DROP TRIGGER IF EXISTS g ON s.t", "drop_trigger: {name: g, table: s.t, if_exists: true}"),
    ("DROP POLICY p ON t", "drop_policy: {name: p, table: t}"),
    ("DROP STATISTICS st", "drop_statistics: {name: st}"),
    (
        "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'a b' BEFORE 'c'",
        "add_enum_value: {type: mood, value: a b, before: c, if_not_exists: true}",
    ),
    ("ALTER TYPE s.mood ADD VALUE 'x' AFTER 'y'", "add_enum_value: {type: s.mood, value: x, after: y}"),
    ("ALTER TYPE mood RENAME VALUE 'a' TO 'b'", "rename_enum_value: {type: mood, value: a, to: b}"),
    ("ALTER TABLE t RENAME CONSTRAINT a TO \"B\"", "rename_constraint: {table: t, name: a, to: B}"),
    ("ALTER INDEX IF EXISTS s.a RENAME TO b", "rename_index: {index: s.a, to: b, if_exists: true}"),
    (
        "ALTER TABLE t ADD CONSTRAINT e EXCLUDE USING gist (r WITH &&) WHERE (r IS NOT NULL)",
        "add_exclusion: {table: t, name: e, exclude: USING gist (r WITH &&) WHERE (r IS NOT NULL)}",
    ),
    ("ALTER SEQUENCE q RESTART WITH 5", "alter_sequence: {name: q, options: RESTART WITH 5}"),
    ("COMMENT ON FUNCTION f(int) IS 'x'", "comment_on: {object: FUNCTION f(int), comment: x}"),
    ("COMMENT ON TRIGGER g ON t IS NULL", "comment_on: {object: TRIGGER g ON t, comment: null}"),
    (
        "GRANT SELECT (a, b), UPDATE ON TABLE t TO me, GROUP you WITH GRANT OPTION",
        "grant: {privileges: 'SELECT (a, b), UPDATE', on: TABLE t, roles: [me, GROUP you], grant_option: true}",
    ),
    (
        "REVOKE ALL PRIVILEGES ON SCHEMA s FROM PUBLIC",
        "revoke: {privileges: ALL PRIVILEGES, on: SCHEMA s, roles: [PUBLIC]}",
    ),
    ("ALTER TABLE t REPLICA IDENTITY USING INDEX i", "set_replica_identity: {table: t, to: USING INDEX i}"),
    ("ALTER TABLE t NO FORCE ROW LEVEL SECURITY", "set_row_security: {table: t, to: NO FORCE}"),
    (
        "ALTER TABLE t SET (fillfactor = 70, toast.autovacuum_enabled = off)",
        "set_storage_parameters: {table: t, set: [fillfactor = 70, toast.autovacuum_enabled = off]}",
    ),
    (
        "ALTER TABLE t ALTER a RESET (n_distinct)",
        "set_storage_parameters: {table: t, column: a, reset: [n_distinct]}",
    ),
    (
        "ALTER TABLE t ALTER COLUMN a SET STATISTICS -1",
        "set_statistics: {table: t, column: a, statistics: -1}",
    ),
];

fn only(file: &str, text: &str) -> Operation {
    let steps = parse(Source::new(file, text)).unwrap_or_else(|error| panic!("{text}: {error:?}")).steps;
    assert_eq!(steps.len(), 1, "{text}");
    steps.into_iter().next().unwrap().operation
}

#[test]
fn sql_and_yaml_say_the_same_and_convert_both_ways() {
    for (sql, yaml) in PAIRS {
        let written = only("m.sql", &format!("{sql};\n"));
        assert_eq!(written, only("m.yaml", &format!("operations:\n- {yaml}\n")), "{sql}");
        let converted = to_yaml(&parse(Source::new("m.sql", *sql)).unwrap()).unwrap();
        assert_eq!(written, only("m.yaml", &converted), "{sql}\n{converted}");
    }
}

/// What the planner runs reads back as the operation that it came from.
#[test]
fn statements_are_made_from_operations() {
    for (sql, _) in PAIRS {
        let written = only("m.sql", sql);
        let Some((kind, op)) = written.created() else { continue };
        let made = op.sql(&op.object(kind).in_schema(&"public".into()));
        let again = only("m.sql", &made);
        let (_, again) = again.created().unwrap_or_else(|| panic!("{made}"));
        assert_eq!((&again.definition, &again.arguments), (&op.definition, &op.arguments), "{made}");
    }
}

#[test]
fn what_is_outside_stays_outside() {
    for sql in [
        "CREATE TEMP VIEW v AS SELECT 1",
        "CREATE SCHEMA AUTHORIZATION me",
        "CREATE SCHEMA s CREATE TABLE t (a int)",
        "CREATE STATISTICS ON a, b FROM t",
        "CREATE AGGREGATE a (int) (sfunc = f, stype = int)",
        "ALTER TYPE ty ADD ATTRIBUTE a int",
        "ALTER INDEX i SET (fillfactor = 70)",
        "ALTER SEQUENCE q OWNER TO me",
        "GRANT a TO b",
        "ALTER TABLE t SET SCHEMA s",
        "ALTER TABLE t ALTER a SET STORAGE EXTERNAL",
    ] {
        assert!(matches!(only("m.sql", sql), Operation::Unplaced(other) if other.recognised), "{sql}");
    }
    for sql in [
        "CREATE VIEW v",
        "CREATE FUNCTION f RETURNS int",
        "CREATE TRIGGER g BEFORE INSERT FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE POLICY p USING (true)",
        "DROP TRIGGER g",
        "DROP VIEW a b",
        "ALTER TYPE mood ADD VALUE x",
        "GRANT SELECT ON t",
        "COMMENT ON VIEW v",
        "ALTER TABLE t ALTER a SET STATISTICS many",
    ] {
        assert!(matches!(only("m.sql", sql), Operation::Unplaced(other) if !other.recognised), "{sql}");
    }
}

#[test]
fn arguments_have_types_with_and_without_a_name() {
    let read = |text: &str| {
        let argument = Argument::read(text);
        (argument.declared, argument.types.join("|"), argument.output)
    };
    assert_eq!(
        read("INOUT price numeric(10, 2) DEFAULT 0"),
        ("INOUT price numeric(10, 2)".into(), "price numeric(10, 2)|numeric(10, 2)".into(), false)
    );
    assert_eq!(read("OUT int"), ("OUT int".into(), "int".into(), true));
    assert_eq!(read("text = 'a=b'"), ("text".into(), "text".into(), false));
}

#[test]
fn objects_are_named_as_sql_names_them() {
    let shown = |text: &str| {
        let found = objects(text).unwrap_or_default();
        found
            .iter()
            .map(|one| one.in_schema(&"public".into()))
            .map(|one| format!("{:?} {}", one.kind, one.sql()))
            .collect::<Vec<_>>()
    };
    assert_eq!(shown("a, s.b"), ["Table public.a", "Table s.b"]);
    assert_eq!(shown("TRIGGER \"G\" ON t"), ["Trigger \"G\" ON public.t"]);
    assert_eq!(shown("FUNCTION f(a int), g"), ["Function public.f(integer)", "Function public.g"]);
    assert_eq!(shown("SCHEMA s"), ["Schema s"]);
    assert!(shown("ALL TABLES IN SCHEMA s").is_empty() && shown("LARGE OBJECT 5").is_empty());
    assert_eq!(list("SELECT (a, b), UPDATE) WHERE x, y"), ["SELECT (a, b)", "UPDATE"]);
    assert_eq!(ObjectRef::plain(ObjectKind::Index, &TableRef::bare("i")).table, None);
}
