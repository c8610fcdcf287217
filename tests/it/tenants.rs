//! Several application schemas in one database: each has its own migrations, releases and lease

use super::support::database::TestDb;
use super::support::older_state::take_back;
use super::support::program::Program;

const TYPE: &str = "ALTER TABLE o ALTER COLUMN amount TYPE bigint;\n";
const TENANTS: [&str; 2] = ["t0", "\"Tenant's 1\""];

/// A database with two tenants, and the project of each.
struct Tenants {
    db: TestDb,
    projects: [Program; 2],
}

impl Tenants {
    async fn with(files: &[(&str, &str)]) -> Self {
        let db = TestDb::create().await;
        for tenant in TENANTS {
            db.exec(&format!(
                "CREATE SCHEMA {tenant}; CREATE TABLE {tenant}.o (id bigint PRIMARY KEY, amount integer);
                 INSERT INTO {tenant}.o SELECT n, n FROM generate_series(1, 10) n"
            ))
            .await;
        }
        let projects = ["t0", "Tenant's 1"].map(|schema| {
            let program = Program::new(&db, files);
            program.write("midflight.yaml", &format!("schema: \"{schema}\"\n"));
            program
        });
        Self { db, projects }
    }

    async fn type_of_amount(&self, tenant: usize) -> String {
        let table = format!("{}.o", TENANTS[tenant]).replace('\'', "''");
        self.db
            .scalar(&format!(
                "SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attname = 'amount'"
            ))
            .await
    }
}

#[tokio::test]
async fn one_goes_on_without_the_other() {
    let tenants = Tenants::with(&[("0001_amount.sql", TYPE)]).await;
    let [first, second] = &tenants.projects;
    first.ok(&["expand", "--release", "r1"]).await;
    assert!(second.ok(&["status"]).await.stdout.contains("pending"));
    second.ok(&["expand", "--release", "r1"]).await;
    first.ok(&["backfill"]).await;
    second.ok(&["rollback"]).await;
    assert!(first.ok(&["status"]).await.stdout.contains("backfilled, verified"));
    // r1 is the release that has expanded it there, and unknown here
    first.exits(&["contract", "--release", "r1"], &[4]).await;
    first.ok(&["contract", "--release", "r2"]).await;
    assert_eq!([tenants.type_of_amount(0).await, tenants.type_of_amount(1).await], ["bigint", "integer"]);
    let told = "SELECT concat_ws(' ', midflight.phase('0001_amount', 't0'), midflight.phase('0001_amount', 'Tenant''s 1'),
                  coalesce(midflight.phase('0001_amount'), 'differ'), midflight.readable('0001_amount', 't0'),
                  midflight.readable('0001_amount', 'Tenant''s 1'), midflight.readable('0001_amount'))";
    assert_eq!(tenants.db.scalar::<String>(told).await, "contracted rolled_back differ t f f");
    second.ok(&["advance", "--release", "r1"]).await;
    second.ok(&["advance", "--release", "r2"]).await;
    assert_eq!(tenants.type_of_amount(1).await, "bigint");
    assert_eq!(tenants.db.scalar::<String>(told).await, "contracted contracted contracted t t t");
}

#[tokio::test]
async fn what_is_applied_or_marked_for_one_is_pending_for_the_other() {
    let tenants = Tenants::with(&[("0001_amount.sql", TYPE)]).await;
    let [first, second] = &tenants.projects;
    first.ok(&["apply", "--no-old-release"]).await;
    assert!(second.ok(&["status"]).await.stdout.contains("pending"));
    second.ok(&["baseline", "0001_amount"]).await;
    assert_eq!([tenants.type_of_amount(0).await, tenants.type_of_amount(1).await], ["bigint", "integer"]);
    assert!(second.ok(&["status"]).await.stdout.contains("contracted"));
}

/// A file that works on the other's table meets what is in flight there, and waits for who is at work there
#[tokio::test]
async fn a_table_of_the_other_tenant() {
    let tenants = Tenants::with(&[("0001_amount.sql", TYPE)]).await;
    let [first, second] = &tenants.projects;
    first.ok(&["expand", "--release", "r1"]).await;
    let theirs = [("0001_amount.sql", "ALTER TABLE t0.o ALTER COLUMN amount TYPE numeric;\n")];
    let third = Program::new(&tenants.db, &theirs);
    third.write("midflight.yaml", "schema: public\n");
    for command in ["expand", "plan"] {
        let ran = third.run(&[command]).await;
        let says = "migration `0001_amount` of schema t0 works on column amount of table t0.o as well";
        assert!(
            command == "plan" || ran.code == 23 && ran.stderr.contains("of schema t0"),
            "{says}: {}",
            ran.stderr
        );
    }
    first.ok(&["rollback"]).await;
    tenants
        .db
        .exec("UPDATE midflight.lease SET owner = 'other', expires_at = now() + interval '1 hour', backend_pid = NULL WHERE schema = 't0'")
        .await;
    let ran = third.exits(&["expand"], &[12]).await;
    assert!(ran.stderr.contains("on schema t0"), "{}", ran.stderr);
    // its own was given back
    let held = "SELECT count(*) FROM midflight.lease WHERE expires_at > now()";
    assert_eq!(tenants.db.scalar::<i64>(held).await, 1);
    second.ok(&["expand"]).await;
    tenants.db.exec("UPDATE midflight.lease SET expires_at = '-infinity' WHERE schema = 't0'").await;
    third.ok(&["expand"]).await;
    third.ok(&["backfill"]).await;
    third.ok(&["contract", "--release", "r2"]).await;
    assert_eq!(tenants.type_of_amount(0).await, "numeric");
}

/// What an earlier version left belongs to the schema of the configuration
#[tokio::test]
async fn a_state_without_schemas() {
    let tenants = Tenants::with(&[("0001_amount.sql", TYPE)]).await;
    let [first, second] = &tenants.projects;
    second.ok(&["expand", "--release", "r1"]).await;
    take_back(&tenants.db, 5).await;
    second.ok(&["backfill"]).await;
    first.ok(&["expand", "--release", "r1"]).await;
    second.ok(&["contract", "--release", "r2"]).await;
    assert_eq!([tenants.type_of_amount(0).await, tenants.type_of_amount(1).await], ["integer", "bigint"]);
    let schemas = "SELECT string_agg(DISTINCT schema, ', ' ORDER BY schema) FROM midflight.events";
    assert_eq!(tenants.db.scalar::<String>(schemas).await, "Tenant's 1, t0");
}
