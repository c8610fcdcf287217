//! Every folder of `migrations-examples` goes through every stage, with both releases at work

use sqlx::{AssertSqlSafe, PgConnection};

use crate::support::{
    database::TestDb,
    example::{Example, root},
    program::Program,
    release::{self, Release},
    snapshot::{self, assert_same},
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
    columns { add_computed, add_nullable, add_number, add_with_default, add_with_volatile_default, change_identity, default_and_comment, drop_not_null, drop_nullable, merge_address, price_to_cents, rename, rename_with_everything, serial_to_identity, split_name, split_with_trigger, split_searched_name }
    constraints { add_check, add_exclusion, add_foreign_key, add_unique, composite_foreign_key, replace_primary_key, set_not_null, set_not_null_with_value, unique_nulls_not_distinct }
    indexes { create, drop, partial, unique, with_everything }
    objects { add_trigger, create_view, enum_value, grants, rename_index_and_constraint, replace_function, replace_view, row_security, schema, sequence_default, type_and_domain }
    partitions { detach, int_to_bigint, key_to_bigint, keys, rename_column }
    rows { delete_duplicates, fill_a_new_column, repair_before_not_null, update_in_batches }
    sql { phase_directive, placed, several_changes, two_tables }
    tables { create, drop, drop_aside, drop_referenced, hostile_names, partitioned, quoted_schema, rename, without_primary_key }
    types { boolean_to_enum, boolean_to_text, enum_value_renamed, enum_without_a_value, identity_key_to_bigint, int_to_bigint, jsonb_to_text, key_with_everything, rename_and_retype, serial_key_to_bigint, text_to_numeric, timestamp_to_timestamptz, type_and_not_null, type_default_and_comment, under_a_materialized_view, varchar_widening, version_schemas }
}

/// The same with each release behind views of its own
macro_rules! through_views {
    ($($group:ident { $($name:ident),* $(,)? })*) => {
        mod through_views {
            $(mod $group {
                $(#[tokio::test]
                async fn $name() {
                    let example = concat!(stringify!($group), "/", stringify!($name));
                    super::super::carried(super::super::Example::read(example).versioned()).await;
                })*
            })*
        }
    };
}

// Left out: what the new release may do only once its rows are there, what it does with a default of its own, system columns, row-level security beside privileges on columns.
through_views! {
    columns { add_computed, add_with_default, drop_nullable, serial_to_identity, split_name, split_with_trigger }
    constraints { add_foreign_key, composite_foreign_key, replace_primary_key, set_not_null }
    indexes { create }
    objects { create_view, grants, row_security, type_and_domain }
    rows { fill_a_new_column }
    sql { placed, several_changes, two_tables }
    tables { drop_referenced, hostile_names, partitioned, quoted_schema, rename }
    types { boolean_to_enum, identity_key_to_bigint, int_to_bigint, rename_and_retype, under_a_materialized_view, varchar_widening }
}

#[test]
fn every_folder_is_listed() {
    let mut listed: Vec<String> = LISTED.iter().map(ToString::to_string).collect();
    listed.sort();
    assert_eq!(Example::names(), listed, "folders in {} / names in {}", root().display(), file!());
}

/// The README's table comes from the migrations' first comments.
#[test]
fn tasks_are_listed() {
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let marker = "<!-- tasks -->\n";
    let head = readme.split(marker).next().unwrap();
    let rows: String = Example::names()
        .iter()
        .map(|name| format!("| {} | [{name}]({name}) |\n", Example::read(name).task))
        .collect();
    let wanted = format!("{head}{marker}\n| task | folder |\n|---|---|\n{rows}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
        return;
    }
    assert_eq!(readme, wanted, "run UPDATE_DOCS=1 cargo nextest run tasks_are_listed");
}

async fn lifecycle(name: &str) {
    carried(Example::read(name)).await;
}

async fn carried(example: Example) {
    let major =
        TestDb::create().await.scalar::<String>("SHOW server_version_num").await.parse::<u32>().unwrap()
            / 10_000;
    if example.needs.is_some_and(|needs| major < needs) {
        return;
    }
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

/// The file that the old release knows
const BEFORE: &str = "0000_before.sql";

/// An example on a database of its own
struct Case<'e> {
    example: &'e Example,
    db: TestDb,
    /// What the test itself looks through
    conn: PgConnection,
    midflight: Program,
}

impl Example {
    /// Before the migration
    async fn case(&self) -> Case<'_> {
        let db = TestDb::create().await;
        db.exec(&self.before).await;
        let midflight = Program::new(&db, &[(&self.file, &self.migration)]);
        if self.versioned {
            midflight.write(BEFORE, "SELECT 1;");
            midflight.write("midflight.yaml", "version_schemas: true");
            midflight.ok(&["baseline", "--through", "0000_before"]).await;
        }
        Case { example: self, conn: db.connect().await, midflight, db }
    }

    /// After the statements that one would run on an idle database
    async fn changed_directly(&self) -> Case<'_> {
        let case = self.case().await;
        case.db.exec(&self.direct).await;
        case
    }

    /// What rollback gives: the catalog before, with what PostgreSQL can't take back
    async fn rolled_back(&self, before: Vec<String>) -> Vec<String> {
        let Some(left) = &self.left else { return before };
        let mut case = self.case().await;
        case.db.exec(left).await;
        snapshot::catalog(&mut case.conn).await
    }

    /// Lint, plan, expand, writes of both releases, rollback
    async fn forward_and_back(&self) {
        let mut case = self.case().await;
        case.writes("N").await;
        let before = snapshot::catalog(&mut case.conn).await;
        case.midflight.exits(&["lint"], &[0, 3]).await;
        case.midflight.ok(&["plan"]).await;
        assert_same("plan writes nothing", &before, &snapshot::catalog(&mut case.conn).await);
        let made = case.db.scalar::<bool>("SELECT to_regnamespace('midflight') IS NOT NULL").await;
        assert!(!made || self.versioned, "plan made a schema");
        let back = self.rolled_back(before).await;

        case.stage(Deployed::Old, &["expand", "--release", "1"]).await;
        case.both_write().await;
        case.stage(Deployed::Old, &["rollback"]).await;
        case.is_as(&back, "after rollback").await;
        case.gives_true(&self.expect_rollback).await;
        case.writes("N").await;

        // Once more, and back from further on.
        case.stage(Deployed::Old, &["expand", "--release", "1"]).await;
        case.stage(Deployed::Both, &["backfill"]).await;
        case.both_write().await;
        case.stage(Deployed::Old, &["rollback"]).await;
        case.is_as(&back, "after backfill and rollback").await;
        case.gives_true(&self.expect_rollback).await;
    }

    /// Every stage up to contract, each while the application works, each twice
    async fn to_the_end(&self) {
        let mut case = self.case().await;
        case.stage(Deployed::Old, &["expand", "--release", "1"]).await;
        case.stage(Deployed::Both, &["expand", &self.id, "--release", "1"]).await;
        case.both_write().await;
        // Where there is anything to fill, that comes first.
        let filled = format!("SELECT midflight.readable('{}')", self.id);
        if !case.db.scalar::<bool>(&filled).await {
            case.midflight.exits(&["contract", &self.id, "--release", "2"], &[4]).await;
        }
        case.stage(Deployed::Both, &["backfill"]).await;
        assert!(case.db.scalar::<bool>(&filled).await);
        case.stage(Deployed::Both, &["backfill", &self.id]).await;
        case.both_write().await;
        case.stage(Deployed::Both, &["verify"]).await;
        // The release that expanded may still run beside the old one.
        case.midflight.exits(&["contract", &self.id, "--release", "1"], &[4]).await;
        case.stage(Deployed::New, &["contract", "--release", "2"]).await;
        case.writes("N+1").await;

        let wanted = snapshot::catalog(&mut self.changed_directly().await.conn).await;
        case.is_as(&wanted, "after contract").await;
        case.gives_true(&self.expect).await;
        let status = case.midflight.ok(&["status", "--format", "json"]).await;
        let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
        assert_eq!(
            status["migrations"].as_array().unwrap().last().unwrap()["phase"],
            "contracted",
            "{status}"
        );
        for (stage, code) in
            [("expand", 0), ("backfill", 0), ("verify", 0), ("contract", 0), ("rollback", 23)]
        {
            case.midflight.exits(&[stage, &self.id], &[code]).await;
        }
        case.is_as(&wanted, "after stages that have nothing to do").await;
    }

    /// Nobody writes, so every row has to be what the direct statements make of it
    async fn without_traffic(&self) {
        let mut case = self.case().await;
        for stage in [&["expand", "--release", "1"][..], &["backfill"], &["contract", "--release", "2"]] {
            case.midflight.ok(stage).await;
        }
        let mut direct = self.changed_directly().await;
        let wanted = snapshot::rows(&mut direct.conn, &self.not_compared).await;
        assert_same(
            "the rows in the end",
            &wanted,
            &snapshot::rows(&mut case.conn, &self.not_compared).await,
        );
    }
}

impl Case<'_> {
    fn statements(&self, release: &str) -> &[String] {
        if release == "N" { &self.example.old_release } else { &self.example.new_release }
    }

    /// Each statement of a release once
    async fn writes(&self, name: &str) {
        release::once(&mut self.connect(name).await, name, self.statements(name)).await;
    }

    /// A connection of a release: through its own schema, where it has one
    async fn connect(&self, name: &str) -> PgConnection {
        let mut conn = self.db.connect().await;
        if self.example.versioned {
            let of = if name == "N" { "0000_before" } else { &self.example.id };
            let path = format!("SET search_path = public_{of}, public");
            sqlx::raw_sql(AssertSqlSafe(path)).execute(&mut conn).await.unwrap();
        }
        conn
    }

    /// The old release first and last
    async fn both_write(&self) {
        for name in ["N", "N+1", "N"] {
            self.writes(name).await;
        }
    }

    /// A stage while the releases work
    async fn stage(&self, deployed: Deployed, arguments: &[&str]) {
        let names: &[&'static str] = match deployed {
            Deployed::Old => &["N"],
            Deployed::Both => &["N", "N+1"],
            Deployed::New => &["N+1"],
        };
        let mut at_work = Vec::new();
        for name in names {
            at_work.push(Release::start_on(self.connect(name).await, name, self.statements(name)).await);
        }
        self.midflight.ok(arguments).await;
        for release in at_work {
            release.stop(&arguments.join(" ")).await;
        }
    }

    /// The catalog holds what is wanted, and nothing of midflight but its tables
    async fn is_as(&mut self, wanted: &[String], when: &str) {
        let found = snapshot::catalog(&mut self.conn).await;
        assert_same(&format!("the catalog {when}"), wanted, &found);
        assert_eq!(snapshot::remains(&mut self.conn).await, [""; 0], "left {when}");
    }

    async fn gives_true(&mut self, queries: &[String]) {
        for query in queries {
            let found = sqlx::query_scalar(AssertSqlSafe(query.clone())).fetch_one(&mut self.conn).await;
            let found: Option<bool> = found.unwrap_or_else(|error| panic!("{error}\nin: {query}"));
            assert_eq!(found, Some(true), "{query}");
        }
    }
}
