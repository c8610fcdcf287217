//! What somebody else changes while a migration is in flight: told in words, before the next stage changes anything

use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection};

use super::support::database::TestDb;
use super::support::older_state::take_back;
use super::support::program::Program;
use super::support::standby::Pair;

const TABLE: &str = "
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer text,
  amount integer NOT NULL DEFAULT 0 CONSTRAINT amount_positive CHECK (amount >= 0),
  note text
);
CREATE INDEX orders_amount_idx ON orders (amount);
INSERT INTO orders (customer, amount, note) SELECT 'c' || n, n, 'n' FROM generate_series(1, 1000) n;
ANALYZE orders";

/// A shadow column, a double, an index and a constraint
const MIGRATION: &str = "ALTER TABLE orders ALTER COLUMN amount TYPE bigint;
ALTER TABLE orders RENAME COLUMN customer TO client;
CREATE INDEX orders_note_idx ON orders (note);
ALTER TABLE orders ADD CONSTRAINT note_short CHECK (length(note) < 100);
";

/// A migration in flight
struct InFlight {
    db: TestDb,
    midflight: Program,
}

impl InFlight {
    async fn after(stages: &[&str]) -> Self {
        Self::of(MIGRATION, stages).await
    }

    async fn of(migration: &str, stages: &[&str]) -> Self {
        let db = TestDb::create().await;
        db.exec(TABLE).await;
        let midflight = Program::new(&db, &[("1.sql", migration)]);
        for stage in stages {
            midflight.ok(&[stage]).await;
        }
        Self { db, midflight }
    }

    /// What `status` calls drift
    async fn drift(&self) -> String {
        let status = self.midflight.ok(&["status", "--format", "json"]).await;
        let status: Value = serde_json::from_str(&status.stdout).unwrap();
        status["migrations"][0]["drift"].to_string()
    }

    /// A stage says so and changes nothing
    async fn refuses(&self, stage: &str, says: &str) {
        let (before, ran) = (self.state().await, self.midflight.exits(&[stage], &[22]).await);
        assert!(ran.stderr.contains(says), "{stage}: `{says}` is missing in:\n{}", ran.stderr);
        assert_eq!(before, self.state().await, "{stage} changed something");
        let drift = self.drift().await;
        assert!(drift.contains(&says.replace('"', "\\\"")), "status: `{says}` is missing in {drift}");
    }

    async fn state(&self) -> String {
        self.db
            .scalar(
                "SELECT (SELECT string_agg(concat_ws(' ', id, phase, verified_at), ',') FROM midflight.migrations)
                     || (SELECT string_agg(concat_ws(' ', step_id, status), ',' ORDER BY ordinal) FROM midflight.steps)
                     || (SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = (SELECT oid FROM pg_class WHERE relname ~ '^orders2?$'))",
            )
            .await
    }

    /// Statements with midflight's own names in them
    async fn named(&self, sql: &str) -> String {
        let slug: String = self
            .db
            .scalar("SELECT substr(tgname, 1, length(tgname)) FROM pg_trigger WHERE tgname LIKE 'zzzz%' AND tgname NOT LIKE '%back'")
            .await;
        let slug = slug.strip_prefix("zzzz_midflight_").unwrap();
        sql.replace("{trigger}", &format!("zzzz_midflight_{slug}"))
            .replace("{own}", &format!("midflight.{slug}"))
    }
}

async fn run(conn: &mut PgConnection, sql: &str) {
    let ran = sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await;
    ran.unwrap_or_else(|error| panic!("{error}\nin: {sql}"));
}

async fn text(conn: &mut PgConnection, sql: String) -> String {
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(conn).await.unwrap()
}

/// Each change, what puts it back, and what is said of it
const CHANGES: [(&str, &str, &str); 17] = [
    (
        "ALTER TABLE orders DISABLE TRIGGER {trigger}",
        "ALTER TABLE orders ENABLE ALWAYS TRIGGER {trigger}",
        "is disabled",
    ),
    (
        "ALTER TABLE orders ENABLE TRIGGER {trigger}",
        "ALTER TABLE orders ENABLE ALWAYS TRIGGER {trigger}",
        "changed: expected `always`, found `origin`",
    ),
    (
        "ALTER FUNCTION {own}_sync() SET search_path = evil",
        "ALTER FUNCTION {own}_sync() RESET search_path",
        "_sync() was replaced",
    ),
    (
        "ALTER FUNCTION {own}_up0_0(integer) RENAME TO gone",
        "ALTER FUNCTION midflight.gone(integer) RENAME TO {bare}_up0_0",
        "_up0_0(integer) is gone",
    ),
    (
        "ALTER TABLE orders ALTER amount DROP NOT NULL",
        "ALTER TABLE orders ALTER amount SET NOT NULL",
        "NOT NULL of column public.orders.amount changed: expected yes, found no",
    ),
    (
        "ALTER TABLE orders ALTER _midflight_amount DROP NOT NULL",
        "ALTER TABLE orders ALTER _midflight_amount SET NOT NULL",
        "NOT NULL of column public.orders._midflight_amount changed",
    ),
    (
        "ALTER TABLE orders ALTER _midflight_amount SET DEFAULT 3",
        "ALTER TABLE orders ALTER _midflight_amount DROP DEFAULT",
        "_midflight_amount changed: expected none, found `3`",
    ),
    (
        "ALTER TABLE orders ALTER client SET DEFAULT 'x'",
        "ALTER TABLE orders ALTER client DROP DEFAULT",
        "default of column public.orders.client changed",
    ),
    (
        "ALTER TABLE orders RENAME customer TO buyer",
        "ALTER TABLE orders RENAME buyer TO customer",
        "column public.orders.customer is gone",
    ),
    (
        "ALTER TABLE orders RENAME TO orders2",
        "ALTER TABLE orders2 RENAME TO orders",
        "table public.orders is gone",
    ),
    (
        "ALTER TABLE orders DROP CONSTRAINT note_short",
        "ALTER TABLE orders ADD CONSTRAINT note_short CHECK (length(note) < 100)",
        "constraint note_short of public.orders is gone",
    ),
    (
        "ALTER TABLE orders DROP CONSTRAINT note_short, ADD CONSTRAINT note_short CHECK (length(note) < 100) NOT VALID",
        "ALTER TABLE orders VALIDATE CONSTRAINT note_short",
        "constraint note_short of public.orders is not valid",
    ),
    (
        "ALTER TABLE orders DROP CONSTRAINT amount_positive, ADD CONSTRAINT amount_positive CHECK (amount > 0)",
        "ALTER TABLE orders DROP CONSTRAINT amount_positive, ADD CONSTRAINT amount_positive CHECK (amount >= 0)",
        "definition of constraint amount_positive of public.orders changed: expected `CHECK ((amount >= 0))`, found `CHECK ((amount > 0))`",
    ),
    (
        "DROP INDEX orders_note_idx",
        "CREATE INDEX orders_note_idx ON orders (note)",
        "index public.orders_note_idx is gone",
    ),
    (
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'orders_note_idx'::regclass",
        "UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'orders_note_idx'::regclass",
        "index public.orders_note_idx is not valid",
    ),
    (
        "CREATE VIEW report AS SELECT amount FROM orders",
        "DROP VIEW report",
        "view public.report was created later and depends on public.orders.amount, which contract drops",
    ),
    ("DROP SEQUENCE {own}_old_writes", "CREATE SEQUENCE {own}_old_writes", "_old_writes is gone"),
];

#[tokio::test]
async fn every_change_is_told_and_put_back() {
    let flight = InFlight::after(&["expand", "backfill"]).await;
    for (change, back, says) in CHANGES {
        let (change, back) = (flight.named(change).await, flight.named(back).await);
        let bare = flight.named("{own}").await.replace("midflight.", "");
        flight.db.exec(&change).await;
        flight.refuses("contract", says).await;
        flight.db.exec(&back.replace("{bare}", &bare)).await;
    }
    flight.midflight.ok(&["verify"]).await;
    assert_eq!(flight.drift().await, "[]");
    flight.midflight.ok(&["contract"]).await;
}

/// What can only be replaced as a whole
#[tokio::test]
async fn a_trigger_or_function_that_was_replaced() {
    let flight = InFlight::after(&["expand", "backfill"]).await;
    let mut conn = flight.db.connect().await;
    let sync = flight.named("'{own}_sync()'::regprocedure").await;
    let function = text(&mut conn, format!("SELECT pg_get_functiondef({sync})")).await;
    run(&mut conn, &function.replace("RETURN NEW;", "NEW.note := 'mine'; RETURN NEW;")).await;
    flight.refuses("verify", "_sync() was replaced").await;
    run(&mut conn, &function).await;

    let which = flight.named("tgname = '{trigger}'").await;
    let trigger =
        text(&mut conn, format!("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE {which}")).await;
    let made = |definition: &str| {
        format!(
            "DROP TRIGGER {{trigger}} ON orders; {definition}; ALTER TABLE orders ENABLE ALWAYS TRIGGER {{trigger}}"
        )
    };
    let insert_only =
        trigger.split(" OR UPDATE OF").next().unwrap().to_owned() + &trigger[trigger.find(" ON ").unwrap()..];
    run(&mut conn, &flight.named(&made(&insert_only)).await).await;
    flight.refuses("contract", "definition of trigger").await;
    run(&mut conn, &flight.named("DROP TRIGGER {trigger} ON orders").await).await;
    let ran = flight.midflight.exits(&["contract"], &[22]).await;
    assert!(ran.stderr.contains("is gone") && ran.stderr.contains("condition: triggers"), "{}", ran.stderr);
    flight.midflight.ok(&["rollback"]).await;
    flight.midflight.ok(&["expand"]).await;
}

#[tokio::test]
async fn between_expand_and_backfill_and_a_table_made_anew() {
    let flight = InFlight::after(&["expand"]).await;
    flight.db.exec("ALTER TABLE orders ADD COLUMN _extra int; DROP INDEX orders_note_idx").await;
    flight.refuses("backfill", "index public.orders_note_idx is gone").await;
    flight.db.exec("CREATE INDEX orders_note_idx ON orders (note)").await;
    flight.midflight.ok(&["backfill"]).await;

    let copy =
        "ALTER TABLE orders RENAME TO orders_before; CREATE TABLE orders (LIKE orders_before INCLUDING ALL)";
    flight.db.exec(copy).await;
    flight.refuses("contract", "table public.orders was dropped and recreated").await;
}

#[tokio::test]
async fn an_override_goes_on_and_is_written_down() {
    let flight = InFlight::after(&["expand", "backfill"]).await;
    flight.db.exec("DROP INDEX orders_note_idx").await;
    let ran = flight
        .midflight
        .exits(&["contract", "--override", "triggers", "--because", "wrong one"], &[22])
        .await;
    assert!(ran.stderr.contains("condition: catalog"), "{}", ran.stderr);
    flight.midflight.ok(&["contract", "--override", "catalog", "--because", "nobody needs it"]).await;
    let audit: String =
        flight.db.scalar("SELECT detail ->> 'because' FROM midflight.events WHERE what = 'override'").await;
    assert_eq!(audit, "nobody needs it");
}

#[tokio::test]
async fn everyday_work_is_no_drift() {
    let columns: String = MIGRATION.lines().take(2).map(|line| format!("{line}\n")).collect();
    let flight = InFlight::of(&columns, &["expand"]).await;
    let role = format!("{}_reader", flight.db.name());
    let everyday = format!(
        "ANALYZE orders; COMMENT ON COLUMN orders.amount IS 'in cents'; COMMENT ON TABLE orders IS 'x';
         DROP ROLE IF EXISTS {role}; CREATE ROLE {role}; GRANT SELECT ON orders TO {role}; GRANT UPDATE (amount) ON orders TO {role};
         ALTER TABLE orders ADD COLUMN IF NOT EXISTS city text; CREATE INDEX ON orders (city); CREATE VIEW v{{n}} AS SELECT id, city FROM orders;
         ALTER TABLE orders ADD CHECK (city <> ''); ALTER TABLE orders SET (autovacuum_enabled = false); REINDEX TABLE orders;
         CREATE FUNCTION f{{n}}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER t{{n}} AFTER INSERT ON orders EXECUTE FUNCTION f{{n}}();
         ALTER TABLE orders ALTER amount SET STATISTICS 500; ALTER TABLE orders CLUSTER ON orders_pkey; ALTER TABLE orders OWNER TO CURRENT_USER;
         INSERT INTO orders (customer, amount) VALUES ('x', 1); UPDATE orders SET amount = amount + 1 WHERE id < 10; REVOKE ALL ON orders FROM {role}; REVOKE UPDATE (amount) ON orders FROM {role}"
    );
    flight.db.exec(&everyday.replace("{n}", "1")).await;
    flight.db.exec("VACUUM FULL orders").await;
    assert_eq!(flight.drift().await, "[]");
    // another migration on the same table comes and goes
    flight.midflight.write("2.sql", "ALTER TABLE orders ADD COLUMN region text NOT NULL DEFAULT 'EU';\n");
    flight.midflight.ok(&["expand", "2"]).await;
    assert_eq!(flight.drift().await, "[]");
    flight.midflight.ok(&["backfill", "1"]).await;
    flight.db.exec(&everyday.replace("{n}", "2")).await;
    flight.db.exec("CLUSTER orders").await;
    for stage in ["backfill", "contract"] {
        flight.midflight.ok(&[stage, "2"]).await;
    }
    assert_eq!(flight.drift().await, "[]");
    flight.midflight.ok(&["verify", "1"]).await;
    flight.midflight.ok(&["contract", "1"]).await;
}

#[tokio::test]
async fn another_database_under_the_same_name() {
    let flight = InFlight::after(&["expand", "backfill"]).await;
    let copy = format!("{}_copy", flight.db.name());
    let other = TestDb::create().await;
    other.exec(&format!("DROP DATABASE IF EXISTS {copy}")).await;
    other.exec(&format!("CREATE DATABASE {copy} TEMPLATE {}", flight.db.name())).await;
    let restored = Program::new(&flight.db, &[("1.sql", MIGRATION)])
        .with_url(&flight.db.url().replace(flight.db.name(), &copy));
    for stage in ["verify", "contract", "rollback"] {
        let ran = restored.exits(&[stage], &[22]).await;
        let (from, to) =
            (format!("recorded: database `{}`", flight.db.name()), format!("found: database `{copy}`"));
        for says in [&from, &to, "system identifier", "--accept-database"] {
            assert!(ran.stderr.contains(says), "{stage}: `{says}` is missing in:\n{}", ran.stderr);
        }
    }
    let ran = restored.ok(&["status"]).await;
    assert!(ran.stdout.contains("drift: this is not the database"), "{}", ran.stdout);
    restored.exits(&["init", "--accept-database"], &[2]).await;
    restored.exits(&["init", "--accept-database", "--because", " "], &[2]).await;
    restored.ok(&["init", "--accept-database", "--because", "staging has production's dump"]).await;
    restored.ok(&["contract"]).await;
    // and the database it came from goes its own way
    flight.midflight.ok(&["contract"]).await;
}

/// What a failover keeps and an upgrade changes
#[tokio::test]
async fn another_cluster() {
    let flight = InFlight::after(&["expand"]).await;
    let recorded: bool = flight
        .db
        .scalar("SELECT database ->> 'system_identifier' = (SELECT system_identifier::text FROM pg_control_system()) FROM midflight.meta")
        .await;
    assert!(recorded);
    flight
        .db
        .exec("UPDATE midflight.meta SET database = jsonb_set(database, '{system_identifier}', '\"4711\"')")
        .await;
    flight.refuses("backfill", "recorded: database").await;
    flight.midflight.ok(&["init", "--accept-database", "--because", "pg_upgrade"]).await;
    let audit: String = flight
        .db
        .scalar("SELECT concat_ws(', ', detail ->> 'because', detail #>> '{recorded,system_identifier}') FROM midflight.events WHERE what = 'database'")
        .await;
    assert_eq!(audit, "pg_upgrade, 4711");
    // the name of the database is no part of what it is
    flight.db.exec("UPDATE midflight.meta SET database = jsonb_set(database, '{name}', '\"before\"')").await;
    flight.midflight.ok(&["backfill"]).await;
    flight.midflight.ok(&["contract"]).await;
    // with nothing in flight another cluster is taken note of
    flight
        .db
        .exec("UPDATE midflight.meta SET database = jsonb_set(database, '{system_identifier}', '\"4711\"')")
        .await;
    flight.midflight.write("2.sql", "CREATE TABLE t (id int);\n");
    flight.midflight.ok(&["expand"]).await;
}

/// What is stored is checked before anything is done with it
#[tokio::test]
async fn a_damaged_state() {
    let flight = InFlight::after(&["expand"]).await;
    let drop_checks = "ALTER TABLE midflight.migrations DROP CONSTRAINT migrations_phase_check; ALTER TABLE midflight.steps DROP CONSTRAINT steps_status_check";
    flight.db.exec(drop_checks).await;
    for (damage, repair, says) in [
        (
            "UPDATE midflight.migrations SET phase = 'expandedd'",
            "UPDATE midflight.migrations SET phase = 'expanded'",
            "unknown phase `expandedd`",
        ),
        (
            "UPDATE midflight.steps SET status = 'lost' WHERE ordinal = 0",
            "UPDATE midflight.steps SET status = 'done' WHERE ordinal = 0",
            "unknown status `lost`",
        ),
        (
            "UPDATE midflight.migrations SET plan = plan || '{\"version\": 99}'",
            "UPDATE midflight.migrations SET plan = plan || '{\"version\": 1}'",
            "was made by a newer midflight",
        ),
        (
            "UPDATE midflight.migrations SET plan = plan || '{\"expand\": 5}', error = plan ->> 'expand'",
            "UPDATE midflight.migrations SET plan = jsonb_set(plan, '{expand}', error::jsonb), error = NULL",
            "its plan: ",
        ),
        (
            "ALTER TABLE midflight.steps RENAME TO steps2",
            "ALTER TABLE midflight.steps2 RENAME TO steps",
            "has lost steps",
        ),
        (
            "UPDATE midflight.meta SET version = 99",
            "UPDATE midflight.meta SET version = 6",
            "was written by a newer midflight (version 99)",
        ),
    ] {
        flight.db.exec(damage).await;
        let ran = flight.midflight.exits(&["backfill"], &[22]).await;
        assert!(
            ran.stderr.contains(says) && ran.stderr.contains("help:"),
            "`{says}` is missing in:\n{}",
            ran.stderr
        );
        flight.db.exec(repair).await;
        let phase: String = flight.db.scalar("SELECT phase FROM midflight.migrations").await;
        assert_eq!(phase, "expanded", "{damage}");
    }
    flight.midflight.ok(&["backfill"]).await;
}

/// A migration in flight that the version before expanded has no fingerprint
#[tokio::test]
async fn a_state_of_the_version_before() {
    let flight = InFlight::after(&["expand"]).await;
    take_back(&flight.db, 2).await;
    let disable = flight.named("ALTER TABLE orders DISABLE TRIGGER {trigger}").await;
    flight.db.exec(&disable).await;
    let ran = flight.midflight.exits(&["backfill"], &[22]).await;
    assert!(ran.stderr.contains("is disabled"), "{}", ran.stderr);
    flight.db.exec(&disable.replace("DISABLE", "ENABLE ALWAYS")).await;
    for stage in ["backfill", "verify", "contract"] {
        flight.midflight.ok(&[stage]).await;
    }
    assert_eq!(flight.db.scalar::<i32>("SELECT version FROM midflight.meta").await, 7);
}

#[tokio::test]
async fn status_on_a_standby() {
    let pair = Pair::start().await;
    pair.exec(TABLE).await;
    let project = || Program::without_database(&[("1.sql", MIGRATION)]);
    project().with_url(&pair.url()).ok(&["expand"]).await;
    pair.caught_up().await;
    let standby = project().with_url(&pair.standby_url());
    let status: Value =
        serde_json::from_str(&standby.ok(&["status", "--format", "json"]).await.stdout).unwrap();
    let found = &status["migrations"][0];
    assert_eq!((&found["phase"], &found["drift"]), (&"expanded".into(), &serde_json::json!([])), "{status}");
    // it is the same database there, and what is seen there is the primary's drift
    pair.exec("DROP INDEX orders_note_idx").await;
    pair.caught_up().await;
    let status = standby.ok(&["status"]).await.stdout;
    assert!(status.contains("drift: index public.orders_note_idx is gone"), "{status}");
    assert!(!status.contains("not the database"), "{status}");
}
