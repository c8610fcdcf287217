//! Wrong input, wrong data, wrong database: the right exit code, the place and the cure, and nothing changed

use super::support::database::TestDb;
use super::support::program::Program;

async fn orders() -> TestDb {
    let db = TestDb::create().await;
    db.exec(
        "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer text, amount_cents integer NOT NULL DEFAULT 0, price text);
         INSERT INTO orders (customer, price) SELECT 'c' || n, CASE n WHEN 29999 THEN 'oops' ELSE n::text END FROM generate_series(1, 30000) n;
         ANALYZE orders",
    )
    .await;
    db
}

/// Runs `expand` on a file that must be refused. The message has to hold every one of `says`.
async fn refused(file: &str, text: &str, code: i32, says: &[&str]) {
    let db = orders().await;
    let ran = Program::new(&db, &[(file, text)]).run(&["expand"]).await;
    assert_eq!(ran.code, code, "{text}\n{}", ran.stderr);
    for part in says {
        assert!(ran.stderr.contains(part), "`{part}` is missing in:\n{}", ran.stderr);
    }
    let traces: i64 = db
        .scalar(
            "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = 'midflight')
                  + (SELECT count(*) FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attnum > 4)
                  + (SELECT count(*) FROM pg_trigger WHERE tgrelid = 'orders'::regclass)",
        )
        .await;
    assert_eq!(traces, 0, "the database was changed");
}

#[tokio::test]
async fn a_reverse_with_a_syntax_error() {
    let sql = "-- midflight: reverse price = round(price / 100.0,, 2)\nALTER TABLE orders ALTER COLUMN price TYPE numeric USING 1;\n";
    refused(
        "1.sql",
        sql,
        2,
        &["migrations/1.sql:1:51", "syntax error at or near \",\"", "`reverse` of column `price`", "help:"],
    )
    .await;
}

#[tokio::test]
async fn an_up_that_fails_on_one_row() {
    let sql = "-- midflight: reverse price = price::text\nALTER TABLE orders ALTER COLUMN price TYPE integer USING price::integer;\n";
    refused("1.sql", sql, 21, &["migrations/1.sql:2:58", "id=29999", "\"oops\"", "correct these rows"]).await;
}

#[tokio::test]
async fn a_value_that_is_too_long() {
    let sql = "-- midflight: reverse price = price\nALTER TABLE orders ALTER COLUMN price TYPE varchar(4);\n";
    refused("1.sql", sql, 21, &["can't be converted", "id=10000", "too long"]).await;
}

#[tokio::test]
async fn names_that_do_not_exist() {
    refused(
        "1.sql",
        "ALTER TABLE orders\n  ALTER COLUMN amount_cent TYPE bigint;\n",
        2,
        &["1.sql:2:16", "did you mean `amount_cents`?"],
    )
    .await;
    refused(
        "1.sql",
        "ALTER TABLE ordres ALTER COLUMN price TYPE bigint;\n",
        2,
        &["1.sql:1:13", "did you mean `orders`?"],
    )
    .await;
    refused(
        "1.sql",
        "ALTER TABLE orders ALTER COLUMN amount_cents TYPE biginf;\n",
        2,
        &["1.sql:1:51", "did you mean `bigint`?"],
    )
    .await;
    let yaml =
        "operations:\n  - set_not_null: {table: orders, column: price, up: \"coalesce(prize, 'x')\"}\n";
    refused("1.yaml", yaml, 2, &["1.yaml:2:64", "column \"prize\" does not exist"]).await;
}

#[tokio::test]
async fn yaml_that_is_mistyped() {
    let yaml = "operations:\n  - change_type: {table: orders, colum: amount_cents, type: bigint}\n";
    refused("1.yaml", yaml, 2, &["1.yaml:2:34", "did you mean `column`?"]).await;
    refused(
        "1.yaml",
        "operations:\n  - chnge_type: {table: orders}\n",
        2,
        &["1.yaml:2:5", "did you mean `change_type`?"],
    )
    .await;
    refused("1.yaml", "operations:\n  change_type: x\n", 2, &["1.yaml:2"]).await;
}

#[tokio::test]
async fn what_has_no_safe_plan() {
    let narrower = "ALTER TABLE orders ALTER COLUMN amount_cents TYPE smallint;\nALTER TABLE orders RENAME amount_cents TO cents;\n";
    refused("1.sql", narrower, 23, &["1.sql:1:51", "-- midflight: reverse amount_cents = "]).await;
    refused("1.sql", "REFRESH MATERIALIZED VIEW v;\n", 23, &["1.sql:1:1", "-- midflight: phase expand"])
        .await;
    refused(
        "1.sql",
        "ALTER TABLE orders ADD COLUMN x int NOT NULL;\n",
        23,
        &["1.sql:1:31", "INSERTs would fail"],
    )
    .await;
    refused("1.sql", "ALTER TABEL orders ADD COLUMN x int;\n", 2, &["1.sql:1:7", "can't be read"]).await;
}

#[tokio::test]
async fn a_column_under_the_name_it_will_have() {
    let sql =
        "ALTER TABLE orders RENAME customer TO buyer;\nALTER TABLE orders ALTER customer SET NOT NULL;\n";
    refused("1.sql", sql, 2, &["1.sql:2:26", "no column `customer`"]).await;
}

#[tokio::test]
async fn a_rollback_that_rows_of_the_new_release_stand_in_the_way_of() {
    let db = orders().await;
    let midflight = Program::new(
        &db,
        &[(
            "1.sql",
            "ALTER TABLE orders DROP COLUMN amount_cents;\nALTER TABLE orders ADD COLUMN note text;\n",
        )],
    );
    db.exec("ALTER TABLE orders ALTER amount_cents DROP DEFAULT").await;
    midflight.ok(&["expand"]).await;
    db.exec("INSERT INTO orders (customer) VALUES ('new')").await;
    let ran = midflight.run(&["rollback"]).await;
    assert_eq!(ran.code, 21, "{}", ran.stderr);
    assert!(ran.stderr.contains("public.orders: id=30001"), "{}", ran.stderr);
    let phase: String = db.scalar("SELECT midflight.phase('1')").await;
    assert_eq!(phase, "backfilled", "nothing was undone");
    let kept: bool = db.scalar("SELECT count(*) = 1 FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'note' AND NOT attisdropped").await;
    assert!(kept);
    db.exec("UPDATE orders SET amount_cents = 0 WHERE amount_cents IS NULL").await;
    midflight.ok(&["rollback"]).await;
}

#[tokio::test]
async fn rows_that_violate_a_constraint() {
    let db = orders().await;
    db.exec("UPDATE orders SET customer = NULL WHERE id = 77; INSERT INTO orders (customer) VALUES ('c1')")
        .await;
    let midflight =
        Program::new(&db, &[("1.sql", "ALTER TABLE orders ALTER COLUMN customer SET NOT NULL;\n")]);
    let ran = midflight.run(&["expand"]).await;
    assert!(ran.code == 21 && ran.stderr.contains("id=77"), "{}", ran.stderr);
    midflight.write("1.sql", "CREATE UNIQUE INDEX orders_customer ON orders (customer);\n");
    let ran = midflight.run(&["expand"]).await;
    assert!(ran.code == 21 && ran.stderr.contains("(c1) 2 times"), "{}", ran.stderr);
    midflight.write("1.sql", "ALTER TABLE orders ADD CONSTRAINT cheap CHECK (id < 29000);\n");
    let ran = midflight.run(&["expand"]).await;
    assert!(ran.code == 21 && ran.stderr.contains("id=29000"), "{}", ran.stderr);
}

#[tokio::test]
async fn databases_that_do_not_answer() {
    let db = orders().await;
    let run = async |url: &str| {
        let midflight =
            Program::new(&db, &[("1.sql", "ALTER TABLE orders ADD COLUMN x int;\n")]).with_url(url);
        midflight.run(&["expand", "--format", "json"]).await
    };
    for (url, code, says) in [
        ("", 2, "no database is given"),
        ("mysql://me@localhost/x", 2, "it looks like `postgresql://"),
        ("postgresql://me:secret@127.0.0.1:1/x", 30, "can't connect to PostgreSQL at 127.0.0.1:1"),
        (&db.url().replace(&format!("/{}", db.name()), "/no_such_database"), 2, "there is no such database"),
    ] {
        let ran = run(url).await;
        assert_eq!(ran.code, code, "{url}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains(says), "{url}: {}", ran.stdout);
        assert!(!ran.stdout.contains("secret") && !ran.stderr.contains("secret"));
        let error: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(error["error"]["code"], code);
        assert_eq!(error["error"]["retryable"], code == 30);
    }
}

#[tokio::test]
async fn a_wrong_password() {
    use midflight::ephemeral::{Binaries, Cluster, ClusterOptions};
    let cluster = tokio::task::spawn_blocking(|| {
        let options = ClusterOptions { tcp: true, ..ClusterOptions::default() };
        Cluster::start(&Binaries::find().unwrap(), &options).unwrap()
    })
    .await
    .unwrap();
    let db = orders().await;
    let mut admin =
        <sqlx::PgConnection as sqlx::Connection>::connect(&cluster.url("postgres")).await.unwrap();
    sqlx::raw_sql("CREATE ROLE carol LOGIN PASSWORD 'right'").execute(&mut admin).await.unwrap();
    let rules = cluster.dir().join("data/pg_hba.conf");
    let rules = if rules.exists() { rules } else { cluster.dir().join("d/pg_hba.conf") };
    std::fs::write(&rules, "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n").unwrap();
    sqlx::raw_sql("SELECT pg_reload_conf()").execute(&mut admin).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let address = cluster.tcp_address().unwrap();
    let project = Program::new(&db, &[("1.sql", "CREATE TABLE t (id int);\n")]);
    let ran =
        project.with_url(&format!("postgresql://carol:wr0ngpass@{address}/postgres")).run(&["expand"]).await;
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("refused to log in `carol`") && ran.stderr.contains("check user and password"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("wr0ngpass"));
}

#[tokio::test]
async fn a_file_that_changed_after_expand() {
    let db = orders().await;
    let midflight = Program::new(&db, &[("1.sql", "ALTER TABLE orders RENAME COLUMN customer TO client;\n")]);
    midflight.ok(&["expand"]).await;
    midflight.write(
        "1.sql",
        "-- a comment and white space don't count\nALTER TABLE orders\n  RENAME COLUMN customer TO client;\n",
    );
    midflight.ok(&["backfill"]).await;
    midflight.write("1.sql", "ALTER TABLE orders RENAME COLUMN customer TO buyer;\n");
    let ran = midflight.run(&["contract"]).await;
    assert!(ran.code == 22 && ran.stderr.contains("has changed since it was expanded"), "{}", ran.stderr);
}

#[tokio::test]
async fn stages_out_of_order() {
    let db = orders().await;
    let midflight = Program::new(&db, &[("1.sql", "ALTER TABLE orders RENAME COLUMN customer TO client;\n")]);
    let ran = midflight.run(&["contract", "1"]).await;
    assert!(ran.code == 4 && ran.stderr.contains("midflight expand 1"), "{}", ran.stderr);
    midflight.ok(&["expand", "--release", "v1"]).await;
    let ran = midflight.run(&["contract", "1"]).await;
    assert!(ran.code == 4 && ran.stderr.contains("midflight backfill 1"), "{}", ran.stderr);
    midflight.ok(&["backfill"]).await;
    let ran = midflight.run(&["contract", "--release", "v1"]).await;
    assert!(ran.code == 4 && ran.stderr.contains("contract with the next release"), "{}", ran.stderr);
    midflight.ok(&["contract", "--release", "v2"]).await;
    let ran = midflight.run(&["rollback", "1"]).await;
    assert_eq!(ran.code, 23, "{}", ran.stderr);
    midflight.ok(&["contract", "1"]).await;
}

#[tokio::test]
async fn a_trigger_that_somebody_disabled() {
    let db = orders().await;
    let midflight = Program::new(&db, &[("1.sql", "ALTER TABLE orders RENAME COLUMN customer TO client;\n")]);
    midflight.ok(&["expand"]).await;
    db.exec("ALTER TABLE orders DISABLE TRIGGER USER").await;
    let ran = midflight.run(&["backfill"]).await;
    assert!(ran.code == 22 && ran.stderr.contains("is disabled"), "{}", ran.stderr);
    midflight.ok(&["rollback"]).await;
}

#[tokio::test]
async fn rows_that_somebody_changed_behind_the_trigger() {
    let db = orders().await;
    let midflight = Program::new(&db, &[("1.sql", "ALTER TABLE orders RENAME COLUMN customer TO client;\n")]);
    midflight.ok(&["expand"]).await;
    midflight.ok(&["backfill"]).await;
    db.exec("SET midflight.backfill = 'on'; UPDATE orders SET client = 'somebody else' WHERE id = 4711")
        .await;
    let ran = midflight.run(&["verify"]).await;
    assert!(ran.code == 20 && ran.stderr.contains("id=4711"), "{}", ran.stderr);
    let ran = midflight.run(&["contract"]).await;
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    db.exec("UPDATE orders SET customer = customer || '!' WHERE id = 4711").await;
    midflight.ok(&["verify"]).await;
    midflight.ok(&["contract"]).await;
}

#[tokio::test]
async fn two_migrations_on_one_column() {
    let db = orders().await;
    let midflight = Program::new(&db, &[("1.sql", "ALTER TABLE orders RENAME COLUMN customer TO client;\n")]);
    midflight.ok(&["expand"]).await;
    midflight.write("2.sql", "ALTER TABLE orders DROP COLUMN customer;\n");
    let ran = midflight.run(&["expand", "2"]).await;
    assert!(
        ran.code == 23 && ran.stderr.contains("migration `1` works on public.orders.customer"),
        "{}",
        ran.stderr
    );
}

#[tokio::test]
async fn two_migrations_on_one_index() {
    let db = orders().await;
    db.exec("CREATE INDEX orders_both ON orders (customer, amount_cents)").await;
    let widen = |column: &str| format!("ALTER TABLE orders ALTER COLUMN {column} TYPE bigint;\n");
    let midflight = Program::new(&db, &[("1.sql", &widen("amount_cents"))]);
    midflight.ok(&["expand"]).await;
    midflight.write("2.sql", "ALTER TABLE orders RENAME COLUMN customer TO client;\n");
    let ran = midflight.run(&["expand", "2"]).await;
    assert!(
        ran.code == 23 && ran.stderr.contains("migration `1` works on public.orders_both"),
        "{}",
        ran.stderr
    );
    midflight.write("2.sql", "ALTER TABLE orders RENAME COLUMN price TO cost;\n");
    midflight.ok(&["expand", "2"]).await;
}

#[tokio::test]
async fn contract_waits_for_soak_silence_and_gates() {
    let db = orders().await;
    let midflight = Program::new(&db, &[("1.sql", "ALTER TABLE orders RENAME COLUMN customer TO client;\n")]);
    midflight.ok(&["expand"]).await;
    midflight.ok(&["backfill"]).await;
    let refused = async |config: &str, says: &str| {
        midflight.write("midflight.yaml", config);
        let ran = midflight.run(&["contract"]).await;
        assert!(ran.code == 4 && ran.stderr.contains(says), "{config}: {} {}", ran.code, ran.stderr);
    };
    refused("contract: {min_soak: 1h}\n", "has not been expanded for long enough").await;
    db.exec("UPDATE orders SET customer = 'old' WHERE id = 5").await;
    refused("contract: {require_quiet: 1h}\n", "the old release still writes: 1 writes since expand").await;
    refused("gates: [{name: queue, sql: 'select false'}]\n", "gate `queue`: the query gives false").await;
    refused(
        "gates: [{name: script, command: 'exit 3'}]\n",
        "gate `script`: `exit 3` ended with exit status: 3",
    )
    .await;
    refused("gates: [{name: health, http: 'http://127.0.0.1:1/'}]\n", "gate `health`: can't connect").await;
    midflight.write(
        "midflight.yaml",
        "contract: {min_soak: 0s, require_quiet: 1ms}\ngates: [{name: a, sql: 'select true'}, {name: b, command: 'true'}]\n",
    );
    midflight.ok(&["contract"]).await;
}

#[tokio::test]
async fn a_function_that_raises_on_what_the_old_release_writes_later() {
    let db = orders().await;
    db.exec(
        "UPDATE orders SET price = '1' WHERE id = 29999;
         CREATE FUNCTION cents(text) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$
         BEGIN IF $1 = 'bad' THEN RAISE 'no price: %', $1; END IF; RETURN 100 * $1::numeric; END $$",
    )
    .await;
    let up = "-- midflight: reverse price = (price / 100.0)::text\nALTER TABLE orders ALTER COLUMN price TYPE integer USING cents(price);\n";
    let midflight = Program::new(&db, &[("1.sql", up)]);
    midflight.ok(&["expand"]).await;
    db.exec("INSERT INTO orders (price) VALUES ('bad'); UPDATE orders SET price = 'bad' WHERE id = 1").await;
    let ran = midflight.run(&["backfill"]).await;
    assert_eq!(ran.code, 21, "{}", ran.stderr);
    for part in ["id=1:", "no price: bad", "all others are done"] {
        assert!(ran.stderr.contains(part), "`{part}` is missing in:\n{}", ran.stderr);
    }
    db.exec("UPDATE orders SET price = '2' WHERE price = 'bad'").await;
    midflight.ok(&["backfill"]).await;
    midflight.ok(&["contract"]).await;
}

/// The cast stands in the condition for what is left to convert: it's evaluated on rows already known to fail.
#[tokio::test]
async fn a_cast_that_raises_on_what_the_old_release_writes_later() {
    let db = orders().await;
    db.exec("UPDATE orders SET price = '1' WHERE id = 29999").await;
    let up = "-- midflight: reverse price = price::text\nALTER TABLE orders ALTER COLUMN price TYPE integer USING price::integer;\n";
    let midflight = Program::new(&db, &[("1.sql", up)]);
    midflight.ok(&["expand"]).await;
    db.exec("INSERT INTO orders (price) VALUES ('bad'); UPDATE orders SET price = 'bad' WHERE id % 3000 = 0")
        .await;
    let ran = midflight.run(&["backfill"]).await;
    assert_eq!(ran.code, 21, "{}", ran.stderr);
    for part in ["11 row(s)", "id=3000:", "id=27000:", "id=30001:", "all others are done"] {
        assert!(ran.stderr.contains(part), "`{part}` is missing in:\n{}", ran.stderr);
    }
    db.exec("UPDATE orders SET price = '2' WHERE price = 'bad'").await;
    midflight.ok(&["backfill"]).await;
    midflight.ok(&["contract"]).await;
    let prices: i64 = db.scalar("SELECT sum(price)::bigint FROM orders").await;
    assert_eq!(prices, (1..=30_000).filter(|n| n % 3000 != 0 && *n != 29_999).sum::<i64>() + 1 + 11 * 2);
}

#[tokio::test]
async fn what_belongs_to_a_constraint() {
    refused("1.sql", "DROP INDEX orders_pkey;\n", 2, &["1.sql:1:12", "belongs to constraint `orders_pkey`"])
        .await;
    refused(
        "1.sql",
        "ALTER TABLE orders ADD PRIMARY KEY (customer);\n",
        23,
        &["has a primary key already: `orders_pkey`"],
    )
    .await;
}

#[tokio::test]
async fn rollback_asks_which() {
    let db = orders().await;
    let files = [
        ("1.sql", "ALTER TABLE orders RENAME COLUMN customer TO client;\n"),
        ("2.sql", "ALTER TABLE orders ADD COLUMN note text;\n"),
    ];
    let midflight = Program::new(&db, &files);
    midflight.ok(&["expand"]).await;
    let ran = midflight.run(&["rollback"]).await;
    assert!(ran.code == 2 && ran.stderr.contains("midflight rollback 2 1"), "{}", ran.stderr);
    midflight.ok(&["rollback", "2", "1"]).await;
    let status = midflight.ok(&["status"]).await;
    assert!(status.stdout.contains("rolled_back") && !status.stdout.contains("100%"), "{}", status.stdout);
}

const SHOP: &str = "
CREATE SCHEMA \"Old Shop\";
CREATE TABLE users (id integer PRIMARY KEY, email text, code text UNIQUE);
CREATE TABLE places (tenant integer, id integer, PRIMARY KEY (id, tenant));
CREATE TABLE \"Old Shop\".\"Part s\" (\"No.\" integer PRIMARY KEY);
CREATE TABLE visits (id integer PRIMARY KEY, user_id integer, tenant integer, place integer, code text, before integer, part integer);
INSERT INTO users SELECT n, 'u' || n || '@example.com', 'c' || n FROM generate_series(1, 10) n;
INSERT INTO places SELECT 1, n FROM generate_series(1, 10) n;
INSERT INTO \"Old Shop\".\"Part s\" VALUES (1);
INSERT INTO visits SELECT n, n, 1, n, 'c' || n, nullif(n - 1, 0), 1 FROM generate_series(1, 9) n;
INSERT INTO visits VALUES (101, 77, NULL, NULL, NULL, NULL, NULL), (102, NULL, 2, 3, NULL, NULL, NULL), (103, NULL, 2, NULL, NULL, NULL, NULL),
  (104, NULL, NULL, NULL, 'none', NULL, NULL), (105, NULL, NULL, NULL, NULL, 999, NULL), (106, NULL, NULL, NULL, NULL, NULL, 5);
INSERT INTO users VALUES (11, 'U1@example.com', NULL), (12, NULL, NULL), (13, NULL, NULL);";

/// Exit 21, each of the rows named, no other row, nothing changed.
async fn lists(cases: &[(&str, &[&str])]) {
    let db = TestDb::create().await;
    db.exec(SHOP).await;
    let midflight = Program::new(&db, &[]);
    for (sql, rows) in cases {
        midflight.write("1.sql", sql);
        let ran = midflight.run(&["expand"]).await;
        assert_eq!(ran.code, 21, "{sql}\n{}{}", ran.stdout, ran.stderr);
        for row in *rows {
            assert!(ran.stderr.contains(row), "{sql}: `{row}` is missing in\n{}", ran.stderr);
        }
        let listed = ran.stderr.lines().filter(|line| line.contains("= note: ")).count();
        assert_eq!(listed, rows.len(), "{sql}\n{}", ran.stderr);
    }
    let made: bool = db.scalar("SELECT to_regnamespace('midflight') IS NOT NULL").await;
    assert!(!made, "something was changed");
}

#[tokio::test]
async fn foreign_keys_of_every_form() {
    lists(&[
        ("ALTER TABLE visits ADD FOREIGN KEY (user_id) REFERENCES users (id);\n", &["visits: id=101"]),
        ("ALTER TABLE visits ADD FOREIGN KEY (user_id) REFERENCES users;\n", &["visits: id=101"]),
        ("ALTER TABLE visits ADD FOREIGN KEY (code) REFERENCES users (code) ON DELETE SET NULL;\n", &["visits: id=104"]),
        // The key's columns are in another order than the table's.
        ("ALTER TABLE visits ADD FOREIGN KEY (place, tenant) REFERENCES places;\n", &["visits: id=102"]),
        ("ALTER TABLE visits ADD FOREIGN KEY (tenant, place) REFERENCES places (tenant, id) MATCH FULL;\n", &["visits: id=102"]),
        ("ALTER TABLE visits ADD FOREIGN KEY (before) REFERENCES visits DEFERRABLE INITIALLY DEFERRED;\n", &["visits: id=105"]),
        ("ALTER TABLE visits ADD FOREIGN KEY (part) REFERENCES \"Old Shop\".\"Part s\";\n", &["visits: id=106"]),
        ("ALTER TABLE users ADD COLUMN boss integer DEFAULT 42 REFERENCES users (id);\n",
         &["id=1", "id=2", "id=3", "id=4", "id=5", "id=6", "id=7", "id=8", "id=9", "id=10", "id=11", "id=12", "id=13"]),
        ("ALTER TABLE places ADD COLUMN part integer DEFAULT '7' REFERENCES \"Old Shop\".\"Part s\" (\"No.\") ON DELETE SET NULL;\n",
         &["id=1,", "id=2,", "id=3,", "id=4,", "id=5,", "id=6,", "id=7,", "id=8,", "id=9,", "id=10,"]),
    ])
    .await;
}

#[tokio::test]
async fn unique_of_every_form() {
    lists(&[
        ("CREATE UNIQUE INDEX ON visits (user_id, tenant) WHERE id < 10 OR part IS NULL;\nALTER TABLE visits ADD UNIQUE (tenant, part);\n", &["(1, 1) 9 times"]),
        ("CREATE UNIQUE INDEX ON visits (tenant) WHERE visits.id BETWEEN 3 AND 5;\n", &["(1) 3 times"]),
        ("CREATE UNIQUE INDEX ON users (lower(email));\n", &["(u1@example.com) 2 times"]),
        ("CREATE UNIQUE INDEX ON visits (part, (tenant + 1)) WHERE part > 0;\n", &["(1, 2) 9 times"]),
    ])
    .await;
    let db = TestDb::create().await;
    if db.scalar::<String>("SHOW server_version_num").await.parse::<u32>().unwrap() >= 150_000 {
        lists(&[
            ("ALTER TABLE users ADD UNIQUE NULLS NOT DISTINCT (email);\n", &["() 2 times"]),
            ("CREATE UNIQUE INDEX ON users (email, code) NULLS NOT DISTINCT;\n", &["(, ) 2 times"]),
        ])
        .await;
    }
}

/// What can't be asked yet is left to the server, and nothing good is refused.
#[tokio::test]
async fn good_rows_pass() {
    let db = TestDb::create().await;
    db.exec(SHOP).await;
    db.exec("DELETE FROM visits WHERE id > 100").await;
    let sql = "CREATE TABLE kinds (id text PRIMARY KEY);
        -- midflight: reverse code = code
        ALTER TABLE visits ALTER COLUMN code TYPE varchar(30);
        ALTER TABLE visits ADD COLUMN kind text REFERENCES kinds;
        ALTER TABLE visits ADD COLUMN owner integer DEFAULT 3 REFERENCES users;
        ALTER TABLE visits ADD FOREIGN KEY (place, tenant) REFERENCES places;
        ALTER TABLE visits ADD FOREIGN KEY (code) REFERENCES users (code);
        ALTER TABLE visits ADD FOREIGN KEY (before) REFERENCES visits;
        CREATE UNIQUE INDEX ON users (code, email);\n";
    let midflight = Program::new(&db, &[("1.sql", sql)]);
    for stage in [&["expand", "--release", "1"][..], &["backfill"], &["contract", "--release", "2"]] {
        midflight.ok(stage).await;
    }
}

#[tokio::test]
async fn what_a_partitioned_table_can_not_have() {
    let db = TestDb::create().await;
    db.exec(
        "CREATE TABLE events (id bigint, at date NOT NULL, kind text, note text) PARTITION BY RANGE (at);
         CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (kind);
         CREATE TABLE events_1_rest PARTITION OF events_1 DEFAULT;
         CREATE VIEW notes AS SELECT note FROM events_1_rest;
         CREATE INDEX events_id ON events (id);
         CREATE TABLE hashed (a integer, b integer, c integer) PARTITION BY RANGE ((a + b))",
    )
    .await;
    for (sql, says) in [
        ("ALTER TABLE events ALTER COLUMN at TYPE timestamp;", "column `at` is in the partition key"),
        ("ALTER TABLE events RENAME COLUMN kind TO sort;", "column `kind` is in the partition key"),
        (
            "ALTER TABLE events ALTER COLUMN note TYPE varchar(9) USING left(note, 9);",
            "depends on it: view public.notes",
        ),
        ("ALTER TABLE events ADD UNIQUE (id, at);", "partition key: kind missing"),
        ("ALTER TABLE events RENAME TO happenings;", "`public.events` is partitioned"),
        ("CREATE UNIQUE INDEX ON events (id, at);", "partition key: kind missing"),
        ("ALTER TABLE events DROP COLUMN kind;", "column `kind` is in the partition key"),
        ("ALTER TABLE events DROP COLUMN note;", "depends on it: view public.notes"),
        ("ALTER TABLE hashed DROP COLUMN b;", "column `b` is in the partition key"),
        ("CREATE UNIQUE INDEX ON hashed (c);", "partitioned by an expression"),
        ("ALTER TABLE events_1_rest ADD COLUMN x integer;", "is a partition; change its parent"),
        ("DROP INDEX events_id;", "-- midflight: phase contract"),
    ] {
        let ran = Program::new(&db, &[("1.sql", sql)]).run(&["plan"]).await;
        assert_eq!(ran.code, 23, "{sql}\n{}", ran.stderr);
        assert!(ran.stderr.contains(says), "`{says}` is missing in:\n{}", ran.stderr);
    }
}
