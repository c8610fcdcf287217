//! Every folder of `migrations-examples` goes through every stage, with both releases at work

use sqlx::{AssertSqlSafe, PgConnection};

use crate::support::{
    database::TestDb,
    example::{Example, root},
    program::{Run, midflight},
    snapshot::{self, assert_same},
    traffic::{self, Traffic},
};

/// A test an example, and the list of them
macro_rules! examples {
    ($($group:ident { $($name:ident),* $(,)? })*) => {
        const LISTED: &[&str] = &[$($(concat!(stringify!($group), "/", stringify!($name))),*),*];
        $(mod $group {
            $(#[tokio::test]
            async fn $name() {
                super::lifecycle(concat!(stringify!($group), "/", stringify!($name))).await;
            })*
        })*
    };
}

examples! {
    columns { add_computed, add_nullable, add_with_default, add_with_volatile_default, default_and_comment, drop_not_null, drop_nullable, merge_address, price_to_cents, rename, split_name }
    constraints { add_check, add_foreign_key, add_unique, set_not_null, set_not_null_with_value }
    indexes { create, drop, partial, unique }
    sql { phase_directive, placed, several_changes }
    tables { create, drop, hostile_names, without_primary_key }
    types { int_to_bigint, serial_key_to_bigint, text_to_numeric, timestamp_to_timestamptz, varchar_widening }
}

#[test]
fn every_folder_is_listed() {
    let mut listed: Vec<String> = LISTED.iter().map(ToString::to_string).collect();
    listed.sort();
    assert_eq!(Example::names(), listed, "folders in {} / names in {}", root().display(), file!());
}

async fn lifecycle(name: &str) {
    let example = Example::read(name);
    example.forward_and_back().await;
    example.to_the_end().await;
    example.without_traffic().await;
}

/// The releases at work while a stage runs
#[derive(Clone, Copy, PartialEq)]
enum Deployed {
    Old,
    Both,
    New,
}

impl Example {
    async fn database(&self) -> TestDb {
        let db = TestDb::create().await;
        db.exec(&self.before).await;
        db
    }

    async fn midflight(&self, db: &TestDb, args: &[&str]) -> Run {
        midflight(&db.url(), &self.migration, args).await
    }

    /// A stage while the releases work
    async fn stage(&self, db: &TestDb, deployed: Deployed, args: &[&str]) {
        let mut at_work = Vec::new();
        if deployed != Deployed::New {
            at_work.push(Traffic::start(db, "release N", &self.old_release).await);
        }
        if deployed != Deployed::Old {
            at_work.push(Traffic::start(db, "release N+1", &self.new_release).await);
        }
        let run = self.midflight(db, args).await;
        for traffic in at_work {
            traffic.stop(&run.command).await;
        }
        run.exits(&[0]);
    }

    /// Each statement of both releases once, the old one first and last
    async fn both_write(&self, db: &TestDb) {
        let mut conn = db.connect().await;
        for (release, statements) in [("N", &self.old_release), ("N+1", &self.new_release), ("N", &self.old_release)] {
            traffic::once(&mut conn, &format!("release {release}"), statements).await;
        }
    }

    /// Lint, plan, expand, writes of both releases, rollback
    async fn forward_and_back(&self) {
        let db = self.database().await;
        let mut conn = db.connect().await;
        traffic::once(&mut conn, "release N, before expand", &self.old_release).await;
        let before = snapshot::catalog(&mut conn).await;

        let path = self.migration.to_str().unwrap();
        self.midflight(&db, &["lint", path]).await.exits(&[0, 3]);
        self.midflight(&db, &["plan"]).await.exits(&[0]);
        assert_same("plan writes nothing", &before, &snapshot::catalog(&mut conn).await);
        assert!(!db.scalar::<bool>("SELECT to_regnamespace('midflight') IS NOT NULL").await, "plan made a schema");

        self.stage(&db, Deployed::Old, &["expand", "--release", "1"]).await;
        self.both_write(&db).await;
        self.stage(&db, Deployed::Old, &["rollback"]).await;
        assert_same("the catalog after rollback", &before, &snapshot::catalog(&mut conn).await);
        assert_eq!(snapshot::remains(&mut conn).await, [""; 0], "left by rollback");
        assert_true(&mut conn, &self.expect_rollback).await;
        traffic::once(&mut conn, "release N, after rollback", &self.old_release).await;

        // Once more, and back from further on.
        self.stage(&db, Deployed::Old, &["expand", "--release", "1"]).await;
        self.stage(&db, Deployed::Both, &["backfill"]).await;
        self.both_write(&db).await;
        self.stage(&db, Deployed::Old, &["rollback"]).await;
        assert_same("the catalog after backfill and rollback", &before, &snapshot::catalog(&mut conn).await);
        assert_true(&mut conn, &self.expect_rollback).await;
    }

    /// Every stage up to contract, each while the application works, each twice
    async fn to_the_end(&self) {
        let db = self.database().await;
        let mut conn = db.connect().await;
        self.stage(&db, Deployed::Old, &["expand", "--release", "1"]).await;
        self.midflight(&db, &["expand", &self.id, "--release", "1"]).await.exits(&[0]);
        self.both_write(&db).await;
        // Whoever deployed a release can't contract with it.
        self.midflight(&db, &["contract", &self.id, "--release", "2"]).await.exits(&[4]);
        self.stage(&db, Deployed::Both, &["backfill"]).await;
        self.stage(&db, Deployed::Both, &["backfill", &self.id]).await;
        self.both_write(&db).await;
        self.stage(&db, Deployed::Both, &["verify"]).await;
        self.midflight(&db, &["contract", &self.id, "--release", "1"]).await.exits(&[4]);
        self.stage(&db, Deployed::New, &["contract", "--release", "2"]).await;
        traffic::once(&mut conn, "release N+1, after contract", &self.new_release).await;

        let direct = self.changed_directly().await;
        let wanted = snapshot::catalog(&mut direct.connect().await).await;
        assert_same("the catalog after contract", &wanted, &snapshot::catalog(&mut db.connect().await).await);
        assert_eq!(snapshot::remains(&mut conn).await, [""; 0], "left by contract");
        assert_true(&mut conn, &self.expect).await;

        let status = self.midflight(&db, &["status", "--format", "json"]).await.exits(&[0]);
        let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
        assert_eq!(status["migrations"][0]["phase"], "contracted", "{status}");
        for (stage, code) in [("expand", 0), ("backfill", 0), ("verify", 0), ("contract", 0), ("rollback", 23)] {
            self.midflight(&db, &[stage, &self.id]).await.exits(&[code]);
        }
        assert_same("stages that have nothing to do", &wanted, &snapshot::catalog(&mut db.connect().await).await);
    }

    /// Nobody writes, so every row has to be what the direct statements make of it
    async fn without_traffic(&self) {
        let db = self.database().await;
        self.midflight(&db, &["expand", "--release", "1"]).await.exits(&[0]);
        self.midflight(&db, &["backfill"]).await.exits(&[0]);
        self.midflight(&db, &["contract", "--release", "2"]).await.exits(&[0]);
        let direct = self.changed_directly().await;
        let wanted = snapshot::rows(&mut direct.connect().await, &self.not_compared).await;
        assert_same("the rows in the end", &wanted, &snapshot::rows(&mut db.connect().await, &self.not_compared).await);
    }

    async fn changed_directly(&self) -> TestDb {
        let db = self.database().await;
        db.exec(&self.direct).await;
        db
    }
}

async fn assert_true(conn: &mut PgConnection, queries: &[String]) {
    for query in queries {
        let found = sqlx::query_scalar(AssertSqlSafe(query.clone())).fetch_one(&mut *conn).await;
        let found: Option<bool> = found.unwrap_or_else(|error| panic!("{error}\nin: {query}"));
        assert_eq!(found, Some(true), "{query}");
    }
}
