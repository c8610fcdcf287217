//! What docs/privileges.md says, tried: no superuser anywhere, and an application that knows nothing of midflight

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::support::database::TestDb;
use super::support::program::{Program, can_dump};

const SETTINGS: &str = "schema: app\n";

/// Two columns out of one, so that the trigger runs expressions of the user in both directions.
const SPLIT: &str = r#"operations:
  - transform_columns:
      table: users
      from: [name]
      to:
        - {name: first_name, type: text, not_null: true}
        - {name: last_name, type: text}
      up: {first_name: "split_part(name, ' ', 1)", last_name: "nullif(split_part(name, ' ', 2), '')"}
      down: {name: "concat_ws(' ', first_name, last_name)"}
"#;
const WIDEN: &str =
    "ALTER TABLE users ALTER COLUMN cents TYPE numeric;\nCREATE INDEX users_cents_idx ON users (cents);\n";

/// Roles are global: they carry the name of the test's database.
struct Roles {
    db: TestDb,
    owner: String,
    application: String,
}

impl Roles {
    async fn create() -> Self {
        let db = TestDb::create().await;
        let (owner, application) = (format!("{}_owner", db.name()), format!("{}_app", db.name()));
        for role in [&owner, &application] {
            db.exec(&format!(
                "DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN NOSUPERUSER PASSWORD 'x'"
            ))
            .await;
        }
        // Everything that PUBLIC gets by default is taken away first.
        db.exec(&format!(
            "REVOKE ALL ON DATABASE {name} FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC;
             GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {owner}; GRANT CONNECT ON DATABASE {name} TO {application};
             CREATE SCHEMA app; GRANT USAGE, CREATE ON SCHEMA app TO {owner}; GRANT USAGE ON SCHEMA app TO {application};
             CREATE TABLE app.users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, cents integer NOT NULL DEFAULT 0);
             INSERT INTO app.users (name) SELECT 'First Last' || n FROM generate_series(1, 2000) n;
             ALTER TABLE app.users OWNER TO {owner}; ANALYZE app.users;
             GRANT SELECT, INSERT, UPDATE, DELETE ON app.users TO {application};
             ALTER DEFAULT PRIVILEGES FOR ROLE {owner} REVOKE ALL ON FUNCTIONS FROM PUBLIC",
            name = db.name()
        ))
        .await;
        Self { db, owner, application }
    }

    /// The database's URL for another role.
    fn url(&self, role: &str) -> String {
        let url = self.db.url();
        let (scheme, rest) = url.split_once("://").unwrap();
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        let host = address.rsplit_once('@').map_or(address, |(_, host)| host);
        format!("{scheme}://{role}:x@{host}?{query}")
    }

    fn midflight(&self, files: &[(&str, &str)]) -> Program {
        let program = Program::new(&self.db, files).with_url(&self.url(&self.owner));
        program.write("midflight.yaml", SETTINGS);
        program
    }

    async fn application(&self, search_path: &str) -> Application {
        let mut conn = PgConnection::connect(&self.url(&self.application)).await.unwrap();
        run(&mut conn, &format!("SET search_path = {search_path}")).await.unwrap();
        Application { conn }
    }
}

async fn run(conn: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await.map(drop)
}

/// A release's connection.
struct Application {
    conn: PgConnection,
}

impl Application {
    async fn ok(&mut self, sql: &str) {
        run(&mut self.conn, sql).await.unwrap_or_else(|error| panic!("{error}\nin: {sql}"));
    }
}

/// A schema before `pg_catalog` whose operators and functions go by the names that trigger and expressions use.
const HOSTILE: &str = "
    CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO PUBLIC;
    CREATE FUNCTION evil.fail(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'hostile operator'; END $$;
    CREATE FUNCTION evil.fail(integer, integer) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'hostile operator'; END $$;
    CREATE FUNCTION evil.fail(numeric, numeric) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'hostile operator'; END $$;
    CREATE FUNCTION evil.fail(record, record) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'hostile operator'; END $$;
    CREATE OPERATOR evil.= (FUNCTION = evil.fail, LEFTARG = text, RIGHTARG = text);
    CREATE OPERATOR evil.= (FUNCTION = evil.fail, LEFTARG = integer, RIGHTARG = integer);
    CREATE OPERATOR evil.= (FUNCTION = evil.fail, LEFTARG = numeric, RIGHTARG = numeric);
    CREATE OPERATOR evil.<> (FUNCTION = evil.fail, LEFTARG = text, RIGHTARG = text);
    CREATE OPERATOR evil.*<> (FUNCTION = evil.fail, LEFTARG = record, RIGHTARG = record);
    CREATE FUNCTION evil.split_part(text, text, integer) RETURNS text LANGUAGE sql AS $$ SELECT 'stolen' $$;
    CREATE FUNCTION evil.concat_ws(text, text, text) RETURNS text LANGUAGE sql AS $$ SELECT 'stolen' $$;
    CREATE FUNCTION evil.nextval(regclass) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RAISE 'hostile nextval'; END $$;
    CREATE FUNCTION evil.current_setting(text, boolean) RETURNS text LANGUAGE sql AS $$ SELECT 'on' $$;";
const HOSTILE_PATH: &str = "evil, pg_catalog, app";

#[tokio::test(flavor = "multi_thread")]
async fn a_cycle_without_a_superuser() {
    let roles = Roles::create().await;
    let db = &roles.db;
    db.exec(&format!("CREATE SCHEMA midflight AUTHORIZATION {}", roles.owner)).await;
    db.exec(HOSTILE).await;
    let midflight = roles.midflight(&[("0001_split.yaml", SPLIT), ("0002_widen.sql", WIDEN)]);
    for path in ["app", HOSTILE_PATH] {
        let mut old = roles.application(path).await;
        old.ok("INSERT INTO app.users (name) VALUES ('Before Expand')").await;
    }
    midflight.ok(&["init"]).await;
    midflight.ok(&["plan"]).await;
    midflight.ok(&["expand", "0001_split"]).await;
    both_releases_write(&roles, "expanded").await;
    midflight.ok(&["backfill"]).await;
    both_releases_write(&roles, "backfilled").await;
    midflight.ok(&["verify"]).await;
    midflight.ok(&["status"]).await;
    midflight.ok(&["rollback", "0001_split"]).await;
    midflight.ok(&["expand", "0001_split"]).await;
    midflight.ok(&["backfill", "0001_split"]).await;
    midflight.ok(&["contract", "0001_split"]).await;

    midflight.ok(&["expand", "0002_widen"]).await;
    for path in ["app", HOSTILE_PATH] {
        let mut app = roles.application(path).await;
        app.ok("INSERT INTO app.users (first_name, cents) VALUES ('Widened', 7)").await;
        app.ok("UPDATE app.users SET cents = 8 WHERE id > 1990").await;
    }
    midflight.ok(&["backfill", "0002_widen"]).await;
    midflight.ok(&["contract", "0002_widen"]).await;
    let mut app = roles.application(HOSTILE_PATH).await;
    app.ok("UPDATE app.users SET cents = 0.5, last_name = 'End' WHERE id > 1999").await;
    let wrong: i64 = db
        .scalar("SELECT count(*) FROM app.users WHERE first_name LIKE '%stolen%' OR last_name LIKE '%stolen%' OR cents NOT IN (0, 0.5, 8, 7)")
        .await;
    assert_eq!(wrong, 0);
    let superusers: i64 = db
        .scalar(&format!(
            "SELECT count(*) FROM pg_roles WHERE rolsuper AND rolname IN ('{}', '{}')",
            roles.owner, roles.application
        ))
        .await;
    assert_eq!(superusers, 0);
}

/// Each release inserts and updates, with its own search path and with a hostile one; both sides hold the same.
async fn both_releases_write(roles: &Roles, stage: &str) {
    for (who, path) in [("kind", "app"), ("hostile", HOSTILE_PATH)] {
        let mut app = roles.application(path).await;
        app.ok(&format!("INSERT INTO app.users (name) VALUES ('Old {stage}{who}')")).await;
        app.ok(&format!("INSERT INTO app.users (first_name, last_name) VALUES ('New', '{stage}{who}')"))
            .await;
        app.ok("UPDATE app.users SET name = 'By Old' WHERE id BETWEEN 11 AND 20").await;
        app.ok("UPDATE app.users SET first_name = 'By', last_name = 'New' WHERE id BETWEEN 21 AND 30").await;
        app.ok("UPDATE app.users SET cents = 7 WHERE id BETWEEN 31 AND 40").await;
        for (first, written) in [("Old", "old"), ("New", "new")] {
            let name: String = roles
                .db
                .scalar(&format!(
                    "SELECT name || '/' || first_name || '/' || last_name FROM app.users WHERE name = '{first} {stage}{who}'"
                ))
                .await;
            assert_eq!(
                name,
                format!("{first} {stage}{who}/{first}/{stage}{who}"),
                "written by the {written} release"
            );
        }
        let apart: i64 = roles
            .db
            .scalar(
                "SELECT count(*) FROM app.users WHERE id BETWEEN 11 AND 30
                 AND (name, first_name, last_name) NOT IN (('By Old', 'By', 'Old'), ('By New', 'By', 'New'))",
            )
            .await;
        assert_eq!(apart, 0, "{stage}, {who}");
        // What the application may ask.
        app.ok("SELECT midflight.phase('0001_split'), midflight.readable('0001_split')").await;
        let denied = run(&mut app.conn, "SELECT 1 FROM midflight.migrations").await.unwrap_err();
        assert!(denied.to_string().contains("permission denied"), "{denied}");
    }
}

/// Runs `expand` after taking something away; it has to fail, name what is missing, and leave nothing.
async fn fails_without(take_away: impl Fn(&Roles) -> String, says: &[&str]) {
    let roles = Roles::create().await;
    roles.db.exec(&format!("GRANT CREATE ON DATABASE {} TO {}", roles.db.name(), roles.owner)).await;
    roles.db.exec(&take_away(&roles)).await;
    let ran = roles.midflight(&[("0001_split.yaml", SPLIT)]).run(&["expand"]).await;
    assert_ne!(ran.code, 0, "expand did without it");
    for part in says {
        assert!(ran.stderr.contains(part), "`{part}` is missing in:\n{}", ran.stderr);
    }
    let columns: i64 = roles
        .db
        .scalar("SELECT count(*) FROM pg_attribute WHERE attrelid = 'app.users'::regclass AND attnum > 3")
        .await;
    assert_eq!(columns, 0, "the table was changed");
}

#[tokio::test]
async fn without_owning_the_table() {
    let take = |roles: &Roles| {
        format!("ALTER TABLE app.users OWNER TO CURRENT_USER; GRANT ALL ON app.users TO {}", roles.owner)
    };
    fails_without(take, &["does not own table", "connect as the table's owner"]).await;
}

#[tokio::test]
async fn without_temporary_on_the_database() {
    let take =
        |roles: &Roles| format!("REVOKE TEMPORARY ON DATABASE {} FROM {}", roles.db.name(), roles.owner);
    fails_without(take, &["privileges are missing", "temporary"]).await;
}

#[tokio::test]
async fn without_create_on_the_database() {
    let take = |roles: &Roles| format!("REVOKE CREATE ON DATABASE {} FROM {}", roles.db.name(), roles.owner);
    fails_without(take, &["privileges are missing", "permission denied for database"]).await;
}

#[tokio::test]
async fn as_a_member_of_the_owner() {
    let roles = Roles::create().await;
    let (name, deployer) = (roles.db.name(), format!("{}_deployer", roles.db.name()));
    roles
        .db
        .exec(&format!(
            "DROP ROLE IF EXISTS {deployer}; CREATE ROLE {deployer} LOGIN NOSUPERUSER PASSWORD 'x' IN ROLE {owner};
             GRANT CONNECT, TEMPORARY, CREATE ON DATABASE {name} TO {deployer}",
            owner = roles.owner
        ))
        .await;
    let midflight = roles.midflight(&[("0001_split.yaml", SPLIT)]).with_url(&roles.url(&deployer));
    for stage in ["expand", "backfill", "contract"] {
        midflight.ok(&[stage]).await;
    }
}

/// What a pipeline and its operators do, each as the least that docs/privileges.md gives
#[tokio::test]
async fn a_pipeline_its_operator_and_one_who_only_looks() {
    let roles = Roles::create().await;
    let (db, name) = (&roles.db, roles.db.name());
    db.exec(&format!("CREATE SCHEMA midflight AUTHORIZATION {}", roles.owner)).await;
    let midflight = roles.midflight(&[("0001_split.yaml", SPLIT)]);
    midflight.ok(&["advance", "--release", "v1"]).await;
    let identified: bool =
        db.scalar("SELECT database ->> 'system_identifier' IS NOT NULL FROM midflight.meta").await;
    assert!(identified, "an ordinary role reads which cluster it is");

    let (operator, reader) = (format!("{name}_operator"), format!("{name}_reader"));
    for role in [&operator, &reader] {
        db.exec(&format!(
            "DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN NOSUPERUSER PASSWORD 'x'; GRANT CONNECT ON DATABASE {name} TO {role};
             GRANT SELECT ON ALL TABLES IN SCHEMA midflight TO {role}; GRANT SELECT ON ALL SEQUENCES IN SCHEMA midflight TO {role}"
        ))
        .await;
    }
    db.exec(&format!(
        "GRANT UPDATE ON midflight.migrations TO {operator}; GRANT INSERT ON midflight.events TO {operator}"
    ))
    .await;
    let as_role = |role: &str| roles.midflight(&[("0001_split.yaml", SPLIT)]).with_url(&roles.url(role));

    let status = as_role(&reader).ok(&["status", "--format", "json"]).await;
    let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
    let found = &status["migrations"][0];
    assert_eq!(
        (&found["phase"], &found["drift"]),
        (&"backfilled".into(), &serde_json::json!([])),
        "{status}"
    );
    let report = as_role(&reader).ok(&["report", "--output", "-"]).await;
    assert!(report.stdout.contains(">backfilled, verified</span>"), "{}", report.stdout);
    for refused in [
        &["pause", "0001_split"][..],
        &["verify"],
        &["rollback"],
        &["init", "--accept-database", "--because", "x"],
    ] {
        assert_ne!(as_role(&reader).run(refused).await.code, 0, "a reader may {refused:?}");
    }
    let operator = as_role(&operator);
    operator.ok(&["pause", "0001_split"]).await;
    midflight.exits(&["verify"], &[4]).await;
    operator.ok(&["resume", "0001_split"]).await;
    assert_ne!(operator.run(&["rollback"]).await.code, 0, "an operator may roll back");

    midflight.ok(&["verify"]).await;
    midflight.ok(&["rollback"]).await;
    midflight.ok(&["advance", "--release", "v1"]).await;
    midflight.ok(&["advance", "--release", "v2"]).await;
    midflight.ok(&["advance", "--release", "v3"]).await;
    assert_eq!(db.scalar::<String>("SELECT phase FROM midflight.migrations").await, "contracted");
}

/// `apply` as the owner of what the file changes, and `rehearse` as somebody who may read two tables
#[tokio::test]
async fn plain_sql_and_a_rehearsal() {
    let roles = Roles::create().await;
    let (db, name) = (&roles.db, roles.db.name());
    let reader = format!("{name}_reader");
    db.exec(&format!(
        "DROP ROLE IF EXISTS {reader}; CREATE ROLE {reader} LOGIN NOSUPERUSER PASSWORD 'x';
         GRANT CONNECT ON DATABASE {name} TO {reader}; GRANT USAGE ON SCHEMA app TO {reader};
         CREATE TABLE app.orders (id integer PRIMARY KEY, buyer bigint REFERENCES app.users);
         CREATE TABLE app.secrets (id integer PRIMARY KEY, word text);
         ALTER TABLE app.orders OWNER TO {owner}; ALTER TABLE app.secrets OWNER TO {owner};
         INSERT INTO app.orders SELECT n, n FROM generate_series(1, 50) n;
         GRANT SELECT ON app.users, app.orders TO {reader}",
        owner = roles.owner
    ))
    .await;
    if can_dump() {
        let rehearsed = roles
            .midflight(&[("0001_split.yaml", SPLIT), ("0002_widen.sql", WIDEN)])
            .with_url(&roles.url(&reader));
        rehearsed.ok(&["rehearse"]).await;
        rehearsed.ok(&["rehearse", "--sample", "20"]).await;
        rehearsed.write("0003_secret.sql", "ALTER TABLE secrets ADD COLUMN hint text;");
        let ran = rehearsed.exits(&["rehearse", "0003_secret"], &[1]).await;
        assert!(
            ran.stderr.contains("privileges are missing") && ran.stderr.contains("secrets"),
            "{}",
            ran.stderr
        );
    }

    let plain = "ALTER TABLE users ALTER COLUMN cents TYPE bigint;\nCREATE INDEX CONCURRENTLY users_cents ON users (cents);\nVACUUM users;";
    let applied = roles.midflight(&[("0001_plain.sql", plain)]);
    let ran = applied.exits(&["apply", "--no-old-release"], &[1]).await;
    assert!(ran.stderr.contains("privileges are missing"), "{}", ran.stderr);
    db.exec(&format!("CREATE SCHEMA midflight AUTHORIZATION {}", roles.owner)).await;
    let mut app = roles.application("app").await;
    app.ok("SELECT count(*) FROM app.users").await;
    applied.exits(&["apply"], &[4]).await;
    applied.ok(&["apply", "--no-old-release"]).await;
    assert_eq!(db.scalar::<String>("SELECT phase FROM midflight.migrations").await, "contracted");
}

/// `triggers skip` asks for its privilege before anything is changed
#[tokio::test]
async fn triggers_are_skipped_by_who_may() {
    let roles = Roles::create().await;
    roles
        .db
        .exec(
            "CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.name := upper(NEW.name); RETURN NEW; END';
             CREATE TRIGGER touch BEFORE UPDATE ON app.users FOR EACH ROW EXECUTE FUNCTION app.touch()",
        )
        .await;
    let file = "-- midflight: triggers skip\nALTER TABLE users ALTER COLUMN cents TYPE numeric;\n";
    let midflight = roles.midflight(&[("1.sql", file)]);
    let schema = format!("CREATE SCHEMA midflight AUTHORIZATION {}", roles.owner);
    roles.db.exec(&schema).await;
    let ran = midflight.exits(&["expand"], &[23]).await;
    assert!(ran.stderr.contains("GRANT SET ON PARAMETER session_replication_role"), "{}", ran.stderr);
    assert!(roles.db.scalar::<bool>("SELECT to_regclass('midflight.migrations') IS NULL").await);
    if roles.db.scalar::<i32>("SELECT current_setting('server_version_num')::int").await < 150_000 {
        return;
    }
    roles.db.exec(&format!("GRANT SET ON PARAMETER session_replication_role TO {}", roles.owner)).await;
    for stage in ["expand", "backfill", "verify", "contract"] {
        midflight.ok(&[stage]).await;
    }
    roles.db.exec(&format!("REVOKE SET ON PARAMETER session_replication_role FROM {}", roles.owner)).await;
    let untouched = "SELECT count(*) FROM app.users WHERE name = upper(name)";
    assert_eq!(roles.db.scalar::<i64>(untouched).await, 0);
}

/// What PUBLIC was given is missed by every write: `status` says so, and each stage gives it back where it may
#[tokio::test]
async fn grants_that_were_taken_away() {
    let roles = Roles::create().await;
    let (db, owner) = (&roles.db, &roles.owner);
    db.exec(&format!("GRANT CREATE ON DATABASE {} TO {owner}", db.name())).await;
    let midflight = roles.midflight(&[("0001_split.yaml", SPLIT)]);
    midflight.ok(&["expand"]).await;
    let mut application = roles.application("app").await;
    let write = "UPDATE app.users SET name = name || 'x' WHERE id = 1";
    for (stage, revoke) in [
        ("backfill", "SCHEMA midflight"),
        ("verify", "ALL FUNCTIONS IN SCHEMA midflight"),
        ("init", "ALL SEQUENCES IN SCHEMA midflight"),
        ("rollback", "SCHEMA midflight"),
    ] {
        application.ok(write).await;
        db.exec(&format!("REVOKE ALL ON {revoke} FROM PUBLIC")).await;
        let denied = run(&mut application.conn, write).await.unwrap_err().to_string();
        assert!(denied.contains("permission denied"), "{denied}");
        let status = midflight.ok(&["status"]).await;
        assert!(
            status.stdout.contains("drift: privileges") && status.stdout.contains("`GRANT "),
            "{}",
            status.stdout
        );
        let ran = midflight.ok(&[stage]).await;
        assert!(stage == "init" || ran.stderr.contains("were given back: GRANT "), "{stage}: {}", ran.stderr);
        application.ok(write).await;
    }
    // One who may change rows of the state and not grant: the very statement is said.
    midflight.ok(&["expand"]).await;
    let other = format!("{}_other", db.name());
    db.exec(&format!(
        "DROP ROLE IF EXISTS {other}; CREATE ROLE {other} LOGIN NOSUPERUSER PASSWORD 'x';
         GRANT ALL ON ALL TABLES IN SCHEMA midflight TO {other}; GRANT USAGE ON ALL SEQUENCES IN SCHEMA midflight TO {other};
         REVOKE ALL ON SCHEMA midflight FROM PUBLIC; GRANT USAGE ON SCHEMA midflight, app TO {other}; GRANT ALL ON app.users TO {other};
         GRANT CONNECT, TEMPORARY ON DATABASE {} TO {other}",
        db.name()
    ))
    .await;
    let theirs = roles.midflight(&[("0001_split.yaml", SPLIT)]).with_url(&roles.url(&other));
    for command in ["init", "backfill"] {
        let ran = theirs.exits(&[command], &[22]).await;
        let says = "as the owner of the state schema: GRANT USAGE ON SCHEMA midflight TO PUBLIC";
        assert!(ran.stderr.contains(says), "{command}: {}", ran.stderr);
    }
}

/// `ALTER ROLE … SET role` after the state was made
#[tokio::test]
async fn another_role_by_a_setting() {
    let roles = Roles::create().await;
    let (db, owner) = (&roles.db, &roles.owner);
    let deployer = format!("{}_deployer", db.name());
    db.exec(&format!(
        "DROP ROLE IF EXISTS {deployer}; CREATE ROLE {deployer} LOGIN NOSUPERUSER PASSWORD 'x' IN ROLE {owner};
         GRANT CONNECT, TEMPORARY, CREATE ON DATABASE {name} TO {deployer}",
        name = db.name()
    ))
    .await;
    let midflight = roles.midflight(&[("0001_split.yaml", SPLIT)]).with_url(&roles.url(&deployer));
    midflight.ok(&["expand"]).await;
    db.exec(&format!("ALTER ROLE {deployer} SET role = {owner}")).await;
    let ran = midflight.exits(&["backfill"], &[1]).await;
    for says in [
        format!(
            "role `{owner}` may not use midflight's tables in schema midflight, which belong to role `{deployer}`"
        ),
        format!("PGOPTIONS='-c role={deployer}'"),
        format!("`ALTER ROLE {deployer} RESET role`"),
    ] {
        assert!(ran.stderr.contains(&says), "`{says}` is missing in:\n{}", ran.stderr);
    }
    // both ways out lead on
    let mut command = midflight.command(&["backfill"]);
    let done = command.env("PGOPTIONS", format!("-c role={deployer}")).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    db.exec(&format!("ALTER ROLE {deployer} RESET role")).await;
    midflight.ok(&["contract"]).await;
}

/// Policies that bind the owner too: what reads rows is refused when it is planned, what doesn't is not
#[tokio::test]
async fn forced_row_level_security() {
    let roles = Roles::create().await;
    let (db, owner) = (&roles.db, &roles.owner);
    db.exec(&format!(
        "GRANT CREATE ON DATABASE {} TO {owner};
         ALTER TABLE app.users ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY all_rows ON app.users USING (true)",
        db.name()
    ))
    .await;
    let catalog_only = roles.midflight(&[("0001_column.sql", "ALTER TABLE users ADD COLUMN note text;\n")]);
    for stage in ["expand", "backfill"] {
        catalog_only.ok(&[stage]).await;
    }
    for file in [
        ("0002_split.yaml", SPLIT),
        ("0002_widen.sql", "ALTER TABLE users ALTER COLUMN cents SET NOT NULL, ADD CHECK (cents >= 0);\n"),
    ] {
        let midflight = roles.midflight(&[file]);
        for command in ["plan", "expand"] {
            let ran = midflight.run(&[command]).await;
            assert!(ran.code == 23 && ran.stderr.contains("BYPASSRLS"), "{}: {}", ran.code, ran.stderr);
        }
    }
    db.exec(&format!("ALTER ROLE {owner} BYPASSRLS")).await;
    let midflight = roles.midflight(&[("0002_split.yaml", SPLIT)]);
    for stage in ["expand", "backfill", "contract"] {
        midflight.ok(&[stage]).await;
    }
}
