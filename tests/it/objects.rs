//! Objects beside tables through every stage: made and changed in expand, gone again after rollback, and after contract
//! what the plain statements would have given

use super::support::database::TestDb;
use super::support::program::Program;

const BEFORE: &str = "
CREATE SCHEMA old_schema;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE SEQUENCE old_sequence;
CREATE SEQUENCE numbers AS integer INCREMENT BY 2 MAXVALUE 1000 CACHE 5;
CREATE TABLE items (id int PRIMARY KEY, price int NOT NULL, label text, CONSTRAINT priced CHECK (price >= 0));
INSERT INTO items SELECT n, n, 'i' || n FROM generate_series(1, 200) n;
CREATE UNIQUE INDEX items_label ON items (label);
ALTER TABLE items ALTER label SET NOT NULL;
CREATE TABLE secured (id int, owner text);
ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
ALTER TABLE secured SET (fillfactor = 80);
ALTER TABLE secured ALTER owner SET STATISTICS 300;
CREATE POLICY old_policy ON secured USING (true);
CREATE VIEW old_view AS SELECT 1 AS one;
CREATE VIEW shown WITH (security_barrier = true) AS SELECT id FROM items;
COMMENT ON VIEW shown IS 'what is shown';
COMMENT ON COLUMN shown.id IS 'its number';
GRANT SELECT ON shown TO PUBLIC;
GRANT UPDATE (id) ON shown TO pg_monitor WITH GRANT OPTION;
CREATE FUNCTION total(a int) RETURNS int IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog LANGUAGE sql AS 'SELECT a + 1';
COMMENT ON FUNCTION total(int) IS 'the ''total''';
REVOKE ALL ON FUNCTION total(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION total(int) TO pg_monitor;
CREATE FUNCTION old_function(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION old_function(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE PROCEDURE old_procedure() LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER old_trigger BEFORE UPDATE ON secured FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TRIGGER replaced AFTER INSERT ON secured FOR EACH ROW EXECUTE FUNCTION stamp();
ALTER TABLE secured DISABLE TRIGGER replaced;
CREATE DOMAIN old_domain AS text;
CREATE TYPE old_type AS (a int);
CREATE MATERIALIZED VIEW old_matview AS SELECT 1 AS one;
CREATE STATISTICS old_statistics ON id, price FROM items;
GRANT SELECT ON secured TO pg_monitor;
";

/// Everything about a database that these operations change, one line a thing.
const DUMP: &str = "
SELECT string_agg(replace(line, E'\\n', ' '), E'\\n' ORDER BY line) FROM (
  SELECT format('relation %s %s %s acl=%s options=%s comment=%s identity=%s rls=%s/%s', c.relkind, n.nspname, c.relname, c.relacl,
           c.reloptions, obj_description(c.oid, 'pg_class'), c.relreplident, c.relrowsecurity, c.relforcerowsecurity) AS line
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'old_schema', 'fresh') AND c.relkind <> 'i'
  UNION ALL SELECT format('index %s', pg_get_indexdef(indexrelid)) FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE c.relnamespace = 'public'::regnamespace
  UNION ALL SELECT format('column %s.%s %s %s acl=%s stat=%s opt=%s comment=%s', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
           a.attacl, a.attstattarget, array(SELECT o FROM unnest(a.attoptions) o WHERE o !~ '^pg_'), col_description(a.attrelid, a.attnum))
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm') AND a.attnum > 0 AND NOT attisdropped
  UNION ALL SELECT format('view %s %s', c.oid::regclass, pg_get_viewdef(c.oid)) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
  UNION ALL SELECT format('function %s %s acl=%s comment=%s', p.oid::regprocedure, pg_get_functiondef(p.oid), p.proacl, obj_description(p.oid, 'pg_proc'))
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND prokind <> 'a'
  UNION ALL SELECT format('trigger %s %s comment=%s', pg_get_triggerdef(t.oid), t.tgenabled, obj_description(t.oid, 'pg_trigger')) FROM pg_trigger t WHERE NOT tgisinternal
  UNION ALL SELECT format('policy %s %s %s %s %s', polname, polrelid::regclass, polcmd, pg_get_expr(polqual, polrelid), obj_description(oid, 'pg_policy')) FROM pg_policy
  UNION ALL SELECT format('type %s %s %s acl=%s comment=%s', t.oid::regtype, t.typtype, t.typnotnull, t.typacl, obj_description(t.oid, 'pg_type'))
    FROM pg_type t WHERE t.typnamespace = 'public'::regnamespace
  UNION ALL SELECT format('label %s %s %s', enumtypid::regtype, enumlabel, row_number() OVER (PARTITION BY enumtypid ORDER BY enumsortorder)) FROM pg_enum
  UNION ALL SELECT format('sequence %s', s) FROM pg_sequences s WHERE schemaname = 'public'
  UNION ALL SELECT format('schema %s acl=%s comment=%s', nspname, nspacl, obj_description(oid, 'pg_namespace')) FROM pg_namespace WHERE nspname !~ '^(pg_|midflight)'
  UNION ALL SELECT format('extension %s', extname) FROM pg_extension
  UNION ALL SELECT format('statistics %s', pg_get_statisticsobjdef(oid)) FROM pg_statistic_ext
  UNION ALL SELECT format('constraint %s %s %s comment=%s', conrelid::regclass, conname, pg_get_constraintdef(oid), obj_description(oid, 'pg_constraint'))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
) lines";

/// Takes a migration through expand, rollback, expand, backfill and contract. `left` are lines that a rollback leaves.
async fn lifecycle(sql: &str, left: &[&str]) {
    let (db, plain) = (TestDb::create().await, TestDb::create().await);
    db.exec(BEFORE).await;
    plain.exec(BEFORE).await;
    // One statement at a time, as an idle database would get them.
    for statement in sql.split(";\n") {
        plain.exec(statement).await;
    }
    let before: String = db.scalar(DUMP).await;
    let midflight = Program::new(&db, &[("1.sql", sql)]);
    midflight.ok(&["expand"]).await;
    midflight.ok(&["rollback"]).await;
    let after: String = db.scalar(DUMP).await;
    let kept = |text: &str| -> Vec<String> {
        text.lines()
            .filter(|line| !left.iter().any(|left| line.starts_with(left)))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(differences(&kept(&before), &kept(&after)), "", "rollback left something: {sql}");
    for stage in ["expand", "backfill", "contract"] {
        midflight.ok(&[stage]).await;
    }
    let (here, there): (String, String) = (db.scalar(DUMP).await, plain.scalar(DUMP).await);
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(differences(&lines(&there), &lines(&here)), "", "not what the plain statements give: {sql}");
}

/// The lines that only one side has.
fn differences(wanted: &[String], found: &[String]) -> String {
    let missing = wanted.iter().filter(|line| !found.contains(line)).map(|line| format!("- {line}\n"));
    let extra = found.iter().filter(|line| !wanted.contains(line)).map(|line| format!("+ {line}\n"));
    missing.chain(extra).collect()
}

#[tokio::test]
async fn what_is_made() {
    lifecycle(
        "CREATE SCHEMA fresh;
CREATE SCHEMA IF NOT EXISTS old_schema;
CREATE TYPE \"Size\" AS ENUM ('s', 'it''s');
CREATE TYPE fresh.point AS (x int, y int);
CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE EXTENSION IF NOT EXISTS plpgsql;
CREATE SEQUENCE IF NOT EXISTS fresh.counter AS int START 5;
CREATE TABLE sized (id int, size \"Size\", p positive);
ALTER TABLE items ADD COLUMN size \"Size\";
CREATE VIEW sizes (id, size) AS SELECT id, size FROM items;
CREATE MATERIALIZED VIEW summary AS SELECT count(*) AS n FROM items;
CREATE FUNCTION doubled(a int DEFAULT 1, OUT b double precision, character varying(3) = 'x') LANGUAGE sql AS $$ SELECT a * 2.0 $$;
CREATE OR REPLACE PROCEDURE noop(INOUT date date) LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER seen BEFORE INSERT OR UPDATE OF price ON items FOR EACH ROW WHEN (NEW.price > 5) EXECUTE FUNCTION seen();
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON items DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION seen();
CREATE POLICY mine ON secured FOR SELECT TO PUBLIC USING (owner = current_user);
CREATE STATISTICS pairs (ndistinct) ON price, label FROM items;
COMMENT ON TYPE \"Size\" IS 'sizes';
COMMENT ON VIEW sizes IS 'seen';
COMMENT ON POLICY mine ON secured IS 'mine';
GRANT SELECT ON sizes TO pg_monitor;",
        &[],
    )
    .await;
}

#[tokio::test]
async fn what_is_replaced() {
    lifecycle(
        "CREATE OR REPLACE VIEW shown AS SELECT id, price FROM items WHERE id > 1;
CREATE OR REPLACE FUNCTION total(a int DEFAULT 7) RETURNS int LANGUAGE sql AS 'SELECT a + 2';
CREATE OR REPLACE TRIGGER replaced BEFORE INSERT ON secured FOR EACH ROW EXECUTE FUNCTION stamp();",
        &[],
    )
    .await;
    lifecycle(
        "CREATE OR REPLACE VIEW shown WITH (security_barrier = false) AS SELECT id FROM items LIMIT 1;",
        &[],
    )
    .await;
}

#[tokio::test]
async fn what_is_dropped() {
    lifecycle(
        "DROP TRIGGER old_trigger ON secured;
DROP POLICY IF EXISTS old_policy ON secured;
DROP VIEW old_view, shown;
DROP MATERIALIZED VIEW old_matview;
DROP FUNCTION old_function(int), total;
DROP PROCEDURE old_procedure;
DROP TYPE old_type, mood;
DROP DOMAIN IF EXISTS old_domain, no_domain;
DROP SEQUENCE old_sequence;
DROP STATISTICS old_statistics;
DROP SCHEMA old_schema;
DROP TRIGGER replaced ON secured;
DROP FUNCTION stamp();
REVOKE SELECT ON secured FROM pg_monitor;
DROP EXTENSION IF EXISTS hstore;",
        &[],
    )
    .await;
}

#[tokio::test]
async fn what_is_set() {
    lifecycle(
        "ALTER TABLE items REPLICA IDENTITY USING INDEX items_label;
ALTER TABLE secured FORCE ROW LEVEL SECURITY;
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
ALTER TABLE secured SET (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false);
ALTER TABLE items RESET (fillfactor);
ALTER TABLE secured ALTER owner SET STATISTICS 50;
ALTER TABLE items ALTER price SET (n_distinct = -0.5);
ALTER SEQUENCE numbers AS bigint INCREMENT BY 3 NO MAXVALUE CYCLE;
ALTER SEQUENCE old_sequence OWNED BY items.id;
COMMENT ON FUNCTION total(int) IS NULL;
COMMENT ON CONSTRAINT priced ON items IS 'no debts';
COMMENT ON INDEX items_label IS 'by label';
COMMENT ON SCHEMA old_schema IS 'old';
GRANT SELECT, INSERT, UPDATE (owner) ON secured TO pg_monitor, PUBLIC;
GRANT ALL ON TABLE items, shown TO pg_monitor;
GRANT EXECUTE ON FUNCTION total(a int) TO pg_monitor WITH GRANT OPTION;
GRANT USAGE ON SCHEMA old_schema TO pg_monitor;
GRANT USAGE ON SEQUENCE numbers TO pg_monitor;",
        // An explicit list of the default privileges is no difference in what anyone may do.
        &[
            "relation r public items",
            "relation r public secured",
            "relation v public shown",
            "relation S public numbers",
            "schema old_schema",
            "column secured.owner",
        ],
    )
    .await;
    lifecycle(
        "ALTER TABLE secured DISABLE ROW LEVEL SECURITY;
ALTER TABLE items RENAME CONSTRAINT priced TO not_negative;
ALTER INDEX items_label RENAME TO items_by_label;
ALTER TABLE secured ADD COLUMN during int4range;
CREATE TABLE rooms (during int4range, CONSTRAINT apart EXCLUDE USING gist (during WITH &&));
ALTER TABLE rooms ADD EXCLUDE USING gist (during WITH &&) WHERE (NOT isempty(during));
ALTER TABLE secured ADD CONSTRAINT alone EXCLUDE USING gist (during WITH &&);",
        &[],
    )
    .await;
    lifecycle(
        "ALTER TYPE mood ADD VALUE 'so so' BEFORE 'ok';\nALTER TYPE mood ADD VALUE IF NOT EXISTS 'sad';",
        &["label mood"],
    )
    .await;
}

#[tokio::test]
async fn privileges_that_were_there_stay() {
    let db = TestDb::create().await;
    db.exec(BEFORE).await;
    let held = "SELECT has_table_privilege('pg_monitor', 'secured', 'SELECT')::int + 2 * has_table_privilege('pg_monitor', 'secured', 'INSERT')::int
                + 4 * has_column_privilege('pg_monitor', 'secured', 'owner', 'UPDATE')::int";
    let sql = "GRANT SELECT, INSERT, UPDATE (owner) ON secured TO pg_monitor;";
    let midflight = Program::new(&db, &[("1.sql", sql)]);
    midflight.ok(&["expand"]).await;
    assert_eq!(db.scalar::<i32>(held).await, 7);
    midflight.ok(&["rollback"]).await;
    assert_eq!(db.scalar::<i32>(held).await, 1);
}

/// Plans a migration that must be refused; the message has to hold every one of `says`.
async fn refused(db: &TestDb, sql: &str, code: i32, says: &[&str]) {
    let before: String = db.scalar(DUMP).await;
    let ran = Program::new(db, &[("1.sql", sql)]).run(&["expand"]).await;
    assert_eq!(ran.code, code, "{sql}\n{}{}", ran.stdout, ran.stderr);
    for part in says {
        assert!(ran.stderr.contains(part), "`{part}` is missing in:\n{}", ran.stderr);
    }
    assert_eq!(before, db.scalar::<String>(DUMP).await, "the database was changed");
}

#[tokio::test]
async fn what_is_refused() {
    let db = TestDb::create().await;
    db.exec(BEFORE).await;
    db.exec(
        "CREATE TABLE moods (id int, mood mood, at int DEFAULT nextval('numbers'));
         CREATE VIEW more AS SELECT * FROM shown; CREATE TABLE old_schema.t (a int);
         CREATE FUNCTION item_count() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM more; END;
         CREATE AGGREGATE whole (int) (sfunc = int4pl, stype = int)",
    )
    .await;
    for (sql, code, says) in [
        ("DROP TYPE mood;", 23, &["1.sql:1:11", "depends on it: column public.moods.mood"][..]),
        ("DROP TYPE mood CASCADE;", 23, &["depends on it: column public.moods.mood"]),
        ("DROP SEQUENCE numbers;", 23, &["default value for public.moods.at"]),
        ("DROP VIEW shown;", 23, &["depends on it: view public.more"]),
        ("DROP VIEW more;", 23, &["depends on it: function public.item_count()"]),
        ("DROP SCHEMA old_schema;", 23, &["depends on it: table old_schema.t"]),
        ("DROP FUNCTION stamp();", 23, &["depends on it: trigger old_trigger on public.secured"]),
        ("DROP FUNCTION old_function;", 2, &["write the argument types"]),
        ("DROP FUNCTION nothing(int);", 2, &["function `public.nothing(integer)` does not exist"]),
        ("DROP FUNCTION whole(int);", 2, &["does not exist"]),
        ("CREATE VIEW shown AS SELECT 1;", 2, &["view `public.shown` exists already"]),
        ("CREATE VIEW items AS SELECT 1;", 2, &["a relation named `public.items` exists already"]),
        (
            "CREATE TRIGGER g BEFORE INSERT ON nothing FOR EACH ROW EXECUTE FUNCTION stamp();",
            2,
            &["1.sql:1:35"],
        ),
        ("ALTER TYPE old_type ADD VALUE 'x';", 2, &["is not an enum"]),
        ("ALTER TABLE items RENAME CONSTRAINT prized TO p;", 2, &["has no constraint `prized`"]),
        ("ALTER TABLE items REPLICA IDENTITY SOME;", 2, &["expected DEFAULT"]),
        ("COMMENT ON VIEW nothing IS 'x';", 2, &["view `public.nothing` does not exist"]),
        ("TRUNCATE items;", 23, &["`TRUNCATE`", "phase expand"]),
        ("DO $$ BEGIN NULL; END $$;", 23, &["`DO`", "phase contract"]),
        (
            "CREATE VIEW prices AS SELECT price FROM items;\nALTER TABLE items ALTER COLUMN price TYPE bigint;",
            23,
            &["1.sql:1:1", "view `public.prices` needs columns of `public.items`", "after this one"],
        ),
        (
            "CREATE TYPE shade AS ENUM ('a' 'b');\n-- midflight: reverse label = label::text\nALTER TABLE items ALTER COLUMN label TYPE shade USING label::shade;",
            2,
            &["1.sql:1:32", "PostgreSQL doesn't take this statement"],
        ),
    ] {
        refused(&db, sql, code, says).await;
    }
}

/// A later operation may need what an earlier one drops or makes.
#[tokio::test]
async fn operations_build_on_each_other() {
    let db = TestDb::create().await;
    db.exec(BEFORE).await;
    db.exec("CREATE VIEW labels AS SELECT label FROM items; CREATE VIEW words AS SELECT label FROM labels")
        .await;
    let sql = "DROP VIEW shown;
DROP VIEW words;
ALTER TABLE items DROP COLUMN price;
CREATE TYPE grade AS ENUM ('i1', 'i2', 'other');
-- midflight: reverse label = label::text
ALTER TABLE items ALTER COLUMN label TYPE grade USING CASE WHEN label IN ('i1', 'i2') THEN label ELSE 'other' END::grade;
ALTER TABLE items ADD COLUMN grades grade[];
";
    db.exec(
        "DROP INDEX items_label; ALTER TABLE items DROP CONSTRAINT priced; DROP STATISTICS old_statistics",
    )
    .await;
    let midflight = Program::new(&db, &[("1.sql", sql)]);
    for stage in ["expand", "backfill", "contract"] {
        midflight.ok(&[stage]).await;
    }
    let other: i64 = db.scalar("SELECT count(*) FROM items WHERE label = 'other'").await;
    assert_eq!(other, 198);
    let views: String = db.scalar("SELECT string_agg(viewname, ',') FROM pg_views WHERE schemaname = 'public' AND viewname IN ('shown', 'labels', 'words')").await;
    assert_eq!(views, "labels", "what stood on the column is recreated, and what was dropped is not");
}

#[tokio::test]
async fn yaml_does_the_same() {
    let db = TestDb::create().await;
    db.exec(BEFORE).await;
    let yaml = "operations:
- create_type: {name: grade, definition: \"AS ENUM ('a', 'b')\"}
- add_enum_value: {type: mood, value: glad, after: ok}
- create_function: {name: half, arguments: [a int], definition: RETURNS int LANGUAGE sql AS 'SELECT a / 2'}
- create_trigger: {name: g, fires: BEFORE UPDATE, table: items, definition: FOR EACH ROW EXECUTE FUNCTION stamp()}
- drop_view: {name: old_view}
- drop_function: {name: old_function, arguments: [int]}
- set_replica_identity: {table: items, to: FULL}
- grant: {privileges: SELECT, on: items, roles: [pg_monitor]}
- comment_on: {object: TYPE grade, comment: how good}
";
    let midflight = Program::new(&db, &[("1.yaml", yaml)]);
    let plan = midflight.ok(&["plan"]).await.stdout;
    assert!(plan.contains("a rollback leaves the value `glad`"), "{plan}");
    for stage in ["expand", "backfill", "contract"] {
        midflight.ok(&[stage]).await;
    }
    let there: i64 = db
        .scalar("SELECT count(*) FROM pg_type WHERE typname = 'grade' AND obj_description(oid, 'pg_type') = 'how good'")
        .await;
    assert_eq!(there, 1);
    for (yaml, says) in [
        ("create_vew: {name: v, definition: AS SELECT 1}", "did you mean `create_view`?"),
        ("create_view: {name: v}", "`definition` of the view is missing"),
        ("create_view: {name: v, table: t, definition: AS SELECT 1}", "`table` means nothing for a view"),
        ("drop_trigger: {name: g}", "is missing"),
        ("set_row_security: {table: items, to: on}", "expected ENABLE"),
    ] {
        let midflight = Program::new(&db, &[("2.yaml", &format!("operations:\n- {yaml}\n"))]);
        let ran = midflight.run(&["plan"]).await;
        assert!(ran.code == 2 && ran.stderr.contains(says), "{yaml}: {}", ran.stderr);
    }
}

#[tokio::test]
async fn bodies_that_nobody_tracks_are_noted() {
    let db = TestDb::create().await;
    db.exec(BEFORE).await;
    db.exec(
        "CREATE FUNCTION by_text() RETURNS bigint LANGUAGE sql AS 'SELECT sum(price) FROM items';
         CREATE FUNCTION by_plpgsql(a int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'UPDATE public.items SET price = 1'; END $$;
         CREATE FUNCTION tracked() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM items; END;
         CREATE FUNCTION other_words() RETURNS text LANGUAGE sql AS $$ SELECT 'prices, of my_items' $$;
         CREATE FUNCTION of_a_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.price := 1; RETURN NEW; END $$;
         CREATE TRIGGER of_a_trigger BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION of_a_trigger();
         CREATE FUNCTION of_secured() RETURNS int LANGUAGE sql AS 'SELECT id FROM secured';
         CREATE TABLE plain (id int);
         CREATE FUNCTION of_plain() RETURNS int LANGUAGE sql AS 'SELECT id FROM plain'",
    )
    .await;
    let midflight = Program::new(&db, &[]);
    let noted = async |sql: &str| {
        midflight.write("1.sql", sql);
        let plan = midflight.ok(&["plan"]).await.stdout;
        let notes = plan.lines().filter(|line| line.contains("PostgreSQL doesn't track function bodies"));
        notes
            .map(|line| line.split_once(';').unwrap().0.trim().trim_start_matches("- ").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        noted("ALTER TABLE items RENAME COLUMN price TO cents;\n").await,
        [
            "function public.by_plpgsql(integer) mentions public.items.price",
            "function public.by_text() mentions public.items.price",
            "function public.of_a_trigger() mentions public.items.price",
        ]
    );
    assert_eq!(noted("ALTER TABLE items DROP COLUMN label;\n").await, [""; 0]);
    assert_eq!(
        noted("ALTER TABLE plain RENAME TO simple;\n").await,
        ["function public.of_plain() mentions public.plain"]
    );
    assert_eq!(
        noted("DROP TABLE secured;\n").await,
        ["function public.of_secured() mentions public.secured"]
    );
    assert_eq!(noted("ALTER TABLE items ADD COLUMN price2 int;\n").await, [""; 0]);
}
