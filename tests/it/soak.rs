//! A deployment is watched, and taken back when it does harm

use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;

use super::support::database::TestDb;
use super::support::health::Health;
use super::support::program::Program;
use super::support::traffic::Traffic;

/// An application with a health check and a queue, whose migration is expanded
struct Site {
    db: TestDb,
    health: Health,
    midflight: Program,
}

impl Site {
    async fn expanded(config: &str) -> Self {
        let db = TestDb::create().await;
        db.exec(
            "CREATE TABLE orders (
               id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
               customer text NOT NULL DEFAULT 'somebody',
               amount_cents integer NOT NULL DEFAULT 0,
               status text NOT NULL DEFAULT 'new') WITH (fillfactor = 20);
             INSERT INTO orders (customer, amount_cents) SELECT 'c' || n, n FROM generate_series(1, 20000) n;
             ANALYZE orders; CREATE TABLE jobs (id int)",
        )
        .await;
        let health = Health::start().await;
        let midflight = Program::new(
            &db,
            &[("1.sql", "ALTER TABLE orders RENAME COLUMN amount_cents TO total_cents;\n")],
        );
        midflight.ok(&["expand", "--release", "v2"]).await;
        let gates = format!(
            "gates:\n  - {{name: health, http: '{}'}}\n  - {{name: queue, sql: SELECT count(*) < 10 FROM jobs}}\n",
            health.url("/health")
        );
        midflight.write("midflight.yaml", &format!("{config}{gates}"));
        Self { db, health, midflight }
    }

    async fn backfilled(config: &str) -> Self {
        let site = Self::expanded(config).await;
        site.midflight.ok(&["backfill"]).await;
        site
    }

    async fn phase(&self) -> String {
        self.db.scalar("SELECT midflight.phase('1')").await
    }

    /// What the audit says of soaks
    async fn soaks(&self) -> Vec<Value> {
        let soaks = "SELECT coalesce(json_agg(detail ORDER BY id), '[]')::text FROM midflight.events WHERE what = 'soak'";
        serde_json::from_str(&self.db.scalar::<String>(soaks).await).unwrap()
    }

    /// Waits until the health check was asked so often
    async fn asked(&self, times: usize) {
        while self.health.requests().len() < times {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_turns_bad_under_writers_and_no_write_is_lost() {
    let site = Site::expanded("backfill: {pause: 200ms, max_batch: 50}\n").await;
    let Site { db, health, midflight } = &site;
    let backfill = midflight.begin(&["backfill"]);
    db.until("SELECT rows_done > 0 FROM midflight.backfills").await;
    let old = Traffic::start(db, "amount_cents", 2, 0, 4).await;
    let new = Traffic::start(db, "total_cents", 2, 2, 4).await;
    let watch =
        ["soak", "1", "--for", "10m", "--every", "200ms", "--rollback-on-failure", "--format", "json"];
    let soak = midflight.begin(&watch);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(site.phase().await, "backfilling");

    // the new release is out of order, and out of service
    let new = new.stop().await;
    health.answers(503);
    let ran = soak.ends(1).await;
    let told: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&told["passed"], &told["rolled_back"]), (&false.into(), &true.into()), "{told}");
    assert_eq!(told["error"]["code"], 1);
    assert_eq!(told["gates"][0]["name"], "health");
    assert_eq!(told["gates"][0]["in_a_row"], 3);
    assert_eq!((&told["gates"][1]["name"], &told["gates"][1]["refused"]), (&"queue".into(), &0.into()));
    // the backfill, which waits for the same gate, made way
    let ran = backfill.ends(13).await;
    assert!(ran.stderr.contains("stopped to make way: migration `1` is rolled back"), "{}", ran.stderr);

    assert_eq!(site.phase().await, "rolled_back");
    let left =
        "SELECT count(*) FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'total_cents'";
    assert_eq!(db.scalar::<i64>(left).await, 0);
    let old = old.stop().await;
    old.check(db, "amount_cents").await;
    new.check(db, "amount_cents").await;
    let audit = site.soaks().await;
    assert_eq!(audit.len(), 1, "{audit:?}");
    assert_eq!((&audit[0]["passed"], &audit[0]["rollback"]), (&false.into(), &true.into()), "{audit:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_flag_it_is_told_and_nothing_changes() {
    let site = Site::backfilled("").await;
    site.health.answers(500);
    let watch = ["soak", "1", "--for", "10m", "--every", "100ms", "--failures", "2"];
    let ran = site.midflight.exits(&watch, &[4]).await;
    let why = format!("gate `health` said no 2 times in a row: {} answers 500", site.health.url("/health"));
    for part in ["the soak of migration `1` failed; nothing was changed", &why, "`midflight rollback 1`"] {
        assert!(ran.stderr.contains(part), "no {part:?} in {}", ran.stderr);
    }
    assert_eq!(site.phase().await, "backfilled");

    // who doesn't answer says no
    site.health.answers(200);
    site.midflight.write("midflight.yaml", "gates: [{name: gone, http: 'http://127.0.0.1:1/'}]\n");
    let ran = site.midflight.exits(&[&watch[..], &["--format", "json"]].concat(), &[4]).await;
    let told: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&told["error"]["code"], &told["rolled_back"]), (&4.into(), &false.into()), "{told}");
    assert!(ran.stdout.contains("gate `gone` said no 2 times in a row: "), "{told}");
    let audit = site.soaks().await;
    assert!(audit.len() == 2 && audit.iter().all(|soak| soak["passed"] == false), "{audit:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_soak_that_passed_lets_contract_go_on() {
    let site = Site::backfilled("contract: {require_soak: 1s}\n").await;
    let contract = ["contract", "--release", "v3"];
    let refused = "migration `1` has not passed a soak of 1s since it was expanded";
    let ran = site.midflight.exits(&contract, &[4]).await;
    assert!(ran.stderr.contains(refused), "{}", ran.stderr);
    site.midflight.ok(&["soak", "1", "--for", "100ms", "--every", "50ms"]).await;
    site.midflight.exits(&contract, &[4]).await;

    // one no is a hiccup
    let so_far = site.health.requests().len();
    let soak = site.midflight.begin(&["soak", "1", "--for", "4s", "--every", "1s"]);
    site.asked(so_far + 1).await;
    site.health.answers(503);
    site.asked(so_far + 2).await;
    site.health.answers(200);
    let ran = soak.ends(0).await;
    assert!(ran.stderr.contains("gate `health` says no, 1 of 3: "), "{}", ran.stderr);
    assert!(ran.stderr.contains("all gates are open"), "{}", ran.stderr);
    assert!(ran.stdout.contains("soak of 1 passed in "), "{}", ran.stdout);
    assert!(ran.stdout.contains("; gate `health` said no 1 of "), "{}", ran.stdout);
    let audit = site.soaks().await;
    assert!(audit[1]["passed"] == true && audit[1]["seconds"].as_f64().unwrap() >= 4.0, "{audit:?}");
    site.midflight.ok(&contract).await;

    let ran = site.midflight.exits(&["soak", "1", "--for", "1s"], &[23]).await;
    assert!(ran.stderr.contains("migration `1` is contracted: there is no way back"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_soak_before_the_migration_was_expanded_again_counts_no_more() {
    let site = Site::backfilled("contract: {require_soak: 100ms}\n").await;
    site.midflight.ok(&["soak", "1", "--for", "200ms", "--every", "100ms"]).await;
    site.midflight.ok(&["rollback"]).await;
    site.midflight.ok(&["expand", "--release", "v2"]).await;
    site.midflight.ok(&["backfill"]).await;
    site.midflight.exits(&["contract", "--release", "v3"], &[4]).await;
    let overridden = ["--override", "soaked", "--because", "watched by hand"];
    site.midflight.ok(&[&["contract", "--release", "v3"][..], &overridden].concat()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn others_interrupt_it_or_go_back_themselves() {
    let site = Site::backfilled("").await;
    let watch = ["soak", "1", "--for", "10m", "--every", "100ms", "--rollback-on-failure"];
    let so_far = site.health.requests().len();
    let soak = site.midflight.begin(&watch);
    site.asked(so_far + 2).await;
    soak.signal(Signal::INT);
    soak.ends(130).await;
    assert_eq!(site.phase().await, "backfilled");
    assert!(site.soaks().await.is_empty());

    let so_far = site.health.requests().len();
    let soak = site.midflight.begin(&watch);
    site.asked(so_far + 2).await;
    site.midflight.ok(&["rollback"]).await;
    let ran = soak.ends(1).await;
    assert!(ran.stderr.contains("somebody rolled migration `1` back meanwhile"), "{}", ran.stderr);
    let ran = site.midflight.exits(&watch, &[4]).await;
    assert!(ran.stderr.contains("migration `1` is rolled_back: expand comes before soak"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sides_that_may_differ_are_for_a_person() {
    let site = Site::backfilled("").await;
    let watch = ["soak", "1", "--for", "10m", "--every", "100ms", "--rollback-on-failure"];
    let trigger = "DO $$ BEGIN EXECUTE (SELECT format('ALTER TABLE orders %s TRIGGER %I', 'ACTION', tgname)
                   FROM pg_trigger WHERE tgrelid = 'orders'::regclass AND tgname LIKE 'zzzz_midflight%' LIMIT 1); END $$";
    site.db.exec(&trigger.replace("ACTION", "DISABLE")).await;
    let ran = site.midflight.exits(&watch, &[22]).await;
    assert!(ran.stderr.contains("is disabled"), "{}", ran.stderr);
    // one row that nobody converted, found by verification
    site.db.exec("UPDATE orders SET amount_cents = amount_cents + 1 WHERE id = 7").await;
    site.db.exec(&trigger.replace("ACTION", "ENABLE ALWAYS")).await;
    site.midflight.exits(&["verify"], &[20]).await;
    let ran = site.midflight.exits(&watch, &[20]).await;
    assert!(ran.stderr.contains("verification of migration `1` failed: "), "{}", ran.stderr);
    assert_eq!(site.phase().await, "backfilled");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_t_be_watched_is_refused() {
    let site = Site::expanded("").await;
    for (arguments, code, says) in [
        (&["soak", "2", "--for", "1s"][..], 4, "migration `2` has not been expanded"),
        (&["soak", "1", "--for", "1s", "--every", "0s"], 2, "`--every` is 0"),
        (&["soak", "1", "--for", "1s", "--failures", "0"], 2, "0 is not in 1.."),
        (&["soak", "1"], 2, "--for <DURATION>"),
    ] {
        let ran = site.midflight.exits(arguments, &[code]).await;
        assert!(ran.stderr.contains(says), "no {says:?} in {}", ran.stderr);
    }
    site.midflight.write("midflight.yaml", "");
    let ran = site.midflight.exits(&["soak", "1", "--for", "1s"], &[2]).await;
    assert!(ran.stderr.contains("no gates are configured"), "{}", ran.stderr);
}
