//! The migrations that faults are tried on. Whatever they change, each row carries one number, which both releases
//! write and read in their own form: so a ledger of numbers says what has to be there.

use crate::support::{
    database::TestDb,
    program::Program,
    snapshot::{self, assert_same},
};

use super::writers::Application;

/// Rows at the beginning. The number of each is its id.
pub const ROWS: i64 = 300;

/// A migration and both releases of the application.
pub struct Scenario {
    /// Schema and rows
    pub before: &'static str,
    /// The migration's file, and what is in it
    pub migration: (&'static str, &'static str),
    /// The same for an idle database
    pub direct: &'static str,
    pub old: Release,
    pub new: Release,
}

/// What a release does, in SQL with `{id}`, `{n}` and `{table}`.
pub struct Release {
    pub name: &'static str,
    pub table: &'static str,
    pub insert: &'static str,
    pub update: &'static str,
    /// The number of a row
    pub value: &'static str,
}

impl Scenario {
    /// The catalog as the same statements leave it on an idle database.
    pub async fn finished(&self) -> Vec<String> {
        let db = TestDb::create().await;
        db.exec(&format!("{};{}", self.before, self.direct)).await;
        let finished = snapshot::catalog(&mut db.connect().await).await;
        db.discard().await;
        finished
    }
}

/// What runs for a stage. `apply` is one as well, in a database that no release uses.
pub fn command(stage: &str) -> &'static [&'static str] {
    match stage {
        "expand" => &["expand"],
        "backfill" => &["backfill"],
        "verify" => &["verify"],
        "contract" => &["contract"],
        "rollback" => &["rollback"],
        "keep" => &["contract", "--keep", "7d"],
        "undo" => &["undo", "1"],
        "purge" => &["purge", "1"],
        "apply" => &["apply", "--no-old-release"],
        other => panic!("no stage {other}"),
    }
}

/// Stages in their order, up to and including the one named.
pub fn up_to(stage: &str) -> &'static [&'static str] {
    const STAGES: &[&str] = &["expand", "backfill", "verify", "contract"];
    STAGES.iter().position(|one| *one == stage).map_or(STAGES, |at| &STAGES[..=at])
}

pub static TYPE_CHANGE: Scenario = Scenario {
    before: "CREATE TABLE t (id bigint PRIMARY KEY, amount integer NOT NULL DEFAULT 0 CHECK (amount >= 0), seen integer NOT NULL DEFAULT 0);
             CREATE INDEX t_amount ON t (amount) WHERE amount > 10;
             COMMENT ON COLUMN t.amount IS 'in cents';
             INSERT INTO t (id, amount) SELECT n, n FROM generate_series(1, 300) n",
    migration: ("1.sql", "ALTER TABLE t ALTER COLUMN amount TYPE bigint;\n"),
    direct: "ALTER TABLE t ALTER COLUMN amount TYPE bigint",
    old: Release { name: "N", ..AMOUNT },
    new: Release { name: "N+1", ..AMOUNT },
};

/// The same with a schema for each release; the new one writes through its view.
pub static TYPE_CHANGE_THROUGH_VIEWS: Scenario = Scenario {
    before: TYPE_CHANGE.before,
    migration: ("1.sql", "-- midflight: version_schemas\nALTER TABLE t ALTER COLUMN amount TYPE bigint;\n"),
    direct: TYPE_CHANGE.direct,
    old: Release { name: "N", ..AMOUNT },
    new: Release { name: "N+1", table: "public_1.t", ..AMOUNT },
};

const AMOUNT: Release = Release {
    name: "",
    table: "t",
    insert: "INSERT INTO {table} (id, amount) VALUES ({id}, {n})",
    update: "UPDATE {table} SET amount = {n} WHERE id = {id}",
    value: "amount",
};

/// Rows in partitions, between which the application moves them.
pub static PARTITIONED: Scenario = Scenario {
    before: "CREATE TABLE t (id bigint, part integer NOT NULL, amount integer NOT NULL DEFAULT 0 CHECK (amount >= 0), seen integer NOT NULL DEFAULT 0,
               UNIQUE (amount, id, part), PRIMARY KEY (id, part)) PARTITION BY LIST (part);
             CREATE TABLE t_0 PARTITION OF t FOR VALUES IN (0);
             CREATE TABLE \"T 1\" PARTITION OF t FOR VALUES IN (1);
             CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2, 3) PARTITION BY HASH (id);
             CREATE TABLE t_2_0 PARTITION OF t_2 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
             CREATE INDEX t_amount ON t (amount) WHERE amount > 10;
             INSERT INTO t (id, part, amount) SELECT n, n % 3, n FROM generate_series(1, 300) n",
    migration: ("1.sql", "ALTER TABLE t ALTER COLUMN amount TYPE bigint;\n"),
    direct: "ALTER TABLE t ALTER COLUMN amount TYPE bigint",
    old: Release { name: "N", ..MOVED },
    new: Release { name: "N+1", ..MOVED },
};

const MOVED: Release = Release {
    name: "",
    table: "t",
    insert: "INSERT INTO {table} (id, part, amount) VALUES ({id}, {n} % 3, {n})",
    update: "UPDATE {table} SET amount = {n}, part = {n} % 3 WHERE id = {id}",
    value: "amount",
};

/// Keys over partitions that come, and a partition that goes.
pub static PARTITIONS_AND_KEYS: Scenario = Scenario {
    before: "CREATE TABLE kinds (id integer PRIMARY KEY);
             INSERT INTO kinds VALUES (7);
             CREATE TABLE t (id bigint, part integer NOT NULL, amount integer NOT NULL DEFAULT 0, kind integer DEFAULT 7, seen integer NOT NULL DEFAULT 0) PARTITION BY LIST (part);
             CREATE TABLE t_0 PARTITION OF t FOR VALUES IN (0);
             CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
             CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
             CREATE TABLE t_9 PARTITION OF t FOR VALUES IN (9);
             INSERT INTO t (id, part, amount) SELECT n, n % 3, n FROM generate_series(1, 300) n",
    migration: ("1.sql", KEYS),
    direct: "ALTER TABLE t ADD PRIMARY KEY (id, part);
             ALTER TABLE t ADD FOREIGN KEY (kind) REFERENCES kinds;
             DROP TABLE t_9",
    old: Release { name: "N", ..MOVED },
    new: Release { name: "N+1", ..MOVED },
};

const KEYS: &str = "ALTER TABLE t ADD PRIMARY KEY (id, part);
ALTER TABLE t ADD FOREIGN KEY (kind) REFERENCES kinds;
ALTER TABLE t DETACH PARTITION t_9 CONCURRENTLY;
DROP TABLE t_9;
";

/// The second form of the view is filled after the rows, and again before contract's transaction.
pub static MATERIALIZED_VIEW: Scenario = Scenario {
    before: "CREATE TABLE t (id bigint PRIMARY KEY, amount integer NOT NULL DEFAULT 0 CHECK (amount >= 0), seen integer NOT NULL DEFAULT 0);
             INSERT INTO t (id, amount) SELECT n, n FROM generate_series(1, 300) n;
             CREATE MATERIALIZED VIEW totals AS SELECT x.id % 7 AS part, sum(x.amount) AS total FROM t x GROUP BY 1;
             CREATE UNIQUE INDEX totals_part ON totals (part)",
    migration: ("1.sql", "ALTER TABLE t ALTER COLUMN amount TYPE bigint;\n"),
    direct: "DROP MATERIALIZED VIEW totals;
             ALTER TABLE t ALTER COLUMN amount TYPE bigint;
             CREATE MATERIALIZED VIEW totals AS SELECT x.id % 7 AS part, sum(x.amount) AS total FROM t x GROUP BY 1;
             CREATE UNIQUE INDEX totals_part ON totals (part)",
    old: Release { name: "N", ..AMOUNT },
    new: Release { name: "N+1", ..AMOUNT },
};

/// Two types change their names around the rows.
pub static ENUM_SWAP: Scenario = Scenario {
    before: "CREATE TYPE state AS ENUM ('new', 'old', 'gone');
             CREATE TABLE t (id bigint PRIMARY KEY, amount integer NOT NULL DEFAULT 0, state state NOT NULL DEFAULT 'new', seen integer NOT NULL DEFAULT 0);
             CREATE INDEX t_state ON t (state, amount);
             INSERT INTO t (id, amount, state) SELECT n, n, (ARRAY['new', 'old'])[1 + n % 2]::state FROM generate_series(1, 300) n",
    migration: ("1.sql", SWAP),
    direct: SWAP,
    old: Release { name: "N", ..AMOUNT },
    new: Release { name: "N+1", ..AMOUNT },
};

const SWAP: &str = "CREATE TYPE state_new AS ENUM ('new', 'old');
ALTER TABLE t ALTER COLUMN state DROP DEFAULT;
ALTER TABLE t ALTER COLUMN state TYPE state_new USING (state::text::state_new);
ALTER TYPE state RENAME TO state_old;
ALTER TYPE state_new RENAME TO state;
DROP TYPE state_old;
ALTER TABLE t ALTER COLUMN state SET DEFAULT 'new';
";

pub static RENAME: Scenario = Scenario {
    before: TYPE_CHANGE.before,
    migration: ("1.sql", "ALTER TABLE t RENAME COLUMN amount TO total;\n"),
    direct: "ALTER TABLE t RENAME COLUMN amount TO total",
    old: Release { name: "N", ..AMOUNT },
    new: Release {
        name: "N+1",
        table: "t",
        insert: "INSERT INTO {table} (id, total) VALUES ({id}, {n})",
        update: "UPDATE {table} SET total = {n} WHERE id = {id}",
        value: "total",
    },
};

pub static SPLIT: Scenario = Scenario {
    before: "CREATE TABLE t (id bigint PRIMARY KEY, name text NOT NULL, seen integer NOT NULL DEFAULT 0);
             INSERT INTO t (id, name) SELECT n, 'Ann ' || n FROM generate_series(1, 300) n",
    migration: (
        "1.yaml",
        "operations:
  - transform_columns:
      table: t
      from: [name]
      to: [{name: first_name, type: text, not_null: true}, {name: number, type: integer}]
      up: {first_name: \"split_part(name, ' ', 1)\", number: \"split_part(name, ' ', 2)::integer\"}
      down: {name: \"concat_ws(' ', first_name, number)\"}
",
    ),
    direct: "ALTER TABLE t ADD COLUMN first_name text, ADD COLUMN number integer;
             UPDATE t SET first_name = split_part(name, ' ', 1), number = split_part(name, ' ', 2)::integer;
             ALTER TABLE t ALTER COLUMN first_name SET NOT NULL, DROP COLUMN name",
    old: Release {
        name: "N",
        table: "t",
        insert: "INSERT INTO {table} (id, name) VALUES ({id}, 'Old {n}')",
        update: "UPDATE {table} SET name = 'Older ' || {n} WHERE id = {id}",
        value: "split_part(name, ' ', 2)",
    },
    new: Release {
        name: "N+1",
        table: "t",
        insert: "INSERT INTO {table} (id, first_name, number) VALUES ({id}, 'New', {n})",
        update: "UPDATE {table} SET number = {n} WHERE id = {id}",
        value: "CASE WHEN first_name IN ('Ann', 'Old', 'Older', 'New') THEN number END",
    },
};

/// No step of its own but what the online forms need: checks, validation, indexes outside transactions.
pub static IN_PLACE: Scenario = Scenario {
    before: "CREATE TABLE t (id bigint PRIMARY KEY, code text NOT NULL, n bigint, seen integer NOT NULL DEFAULT 0);
             CREATE INDEX t_old ON t (seen);
             INSERT INTO t (id, code, n) SELECT n, 'c' || n, n FROM generate_series(1, 300) n",
    migration: ("1.sql", CONSTRAINTS_AND_INDEXES),
    direct: CONSTRAINTS_AND_INDEXES,
    old: Release { name: "N", ..CODE },
    new: Release { name: "N+1", ..CODE },
};

const CONSTRAINTS_AND_INDEXES: &str = "
ALTER TABLE t ALTER COLUMN n SET NOT NULL;
ALTER TABLE t ADD CONSTRAINT t_positive CHECK (n >= 0);
ALTER TABLE t ADD CONSTRAINT t_code UNIQUE (code);
CREATE INDEX t_n ON t (n);
DROP INDEX t_old;
";

const CODE: Release = Release {
    name: "",
    table: "t",
    insert: "INSERT INTO {table} (id, code, n) VALUES ({id}, 'c{id}', {n})",
    update: "UPDATE {table} SET n = {n} WHERE id = {id}",
    value: "n",
};

/// Nothing to convert and nothing to remove: expand passes through backfill at once.
pub static ADDED: Scenario = Scenario {
    before: IN_PLACE.before,
    migration: ("1.sql", ADDITIONS),
    direct: ADDITIONS,
    old: Release { name: "N", ..CODE },
    new: Release { name: "N+1", ..CODE },
};

const ADDITIONS: &str = "
ALTER TABLE t ADD COLUMN more text;
CREATE TABLE u (id bigint PRIMARY KEY, parent bigint REFERENCES u, t bigint REFERENCES t);
CREATE INDEX t_n ON t (n);
";

/// A value for NULL, so new values; and a column that the new release leaves out, so that expand makes it optional.
pub static DROP_AND_FILL: Scenario = Scenario {
    before: "CREATE TABLE t (id bigint PRIMARY KEY, legacy text NOT NULL DEFAULT 'x', n bigint, email text, seen integer NOT NULL DEFAULT 0);
             CREATE INDEX t_legacy ON t (legacy);
             INSERT INTO t (id, n, email) SELECT n, n, CASE WHEN n % 3 > 0 THEN n || '@example.com' END FROM generate_series(1, 300) n",
    migration: (
        "1.yaml",
        "operations:
  - drop_column: {table: t, column: legacy}
  - set_not_null: {table: t, column: email, up: \"coalesce(email, id || '@example.com')\"}
",
    ),
    direct: "ALTER TABLE t DROP COLUMN legacy; UPDATE t SET email = coalesce(email, id || '@example.com');
             ALTER TABLE t ALTER COLUMN email SET NOT NULL",
    old: Release {
        name: "N",
        table: "t",
        insert: "INSERT INTO {table} (id, legacy, n, email) VALUES ({id}, 'y', {n}, '{id}@example.com')",
        update: "UPDATE {table} SET n = {n}, legacy = 'z' WHERE id = {id}",
        value: "CASE WHEN coalesce(email, id || '@example.com') = id || '@example.com' THEN n END",
    },
    new: Release {
        name: "N+1",
        table: "t",
        insert: "INSERT INTO {table} (id, n, email) VALUES ({id}, {n}, '{id}@example.com')",
        update: "UPDATE {table} SET n = {n} WHERE id = {id}",
        value: "CASE WHEN email = id || '@example.com' THEN n END",
    },
};

/// A file that PostgreSQL takes in no transaction. A part that is done twice, or not at all, moves every number.
pub static IN_PARTS: Scenario = Scenario {
    before: TYPE_CHANGE.before,
    migration: (
        "1.sql",
        "SET lock_timeout = '10s';
UPDATE t SET amount = amount + 1000;
CREATE INDEX CONCURRENTLY t_seen ON t (seen);
ALTER TABLE t ALTER COLUMN amount TYPE bigint;
DROP INDEX CONCURRENTLY t_amount;
UPDATE t SET amount = amount - 1000;
",
    ),
    direct: "CREATE INDEX t_seen ON t (seen); ALTER TABLE t ALTER COLUMN amount TYPE bigint; DROP INDEX t_amount",
    old: Release { name: "N", ..AMOUNT },
    new: Release { name: "N+1", ..AMOUNT },
};

/// Rows that are changed in batches, and rows that go. A row that is changed twice has no number any more.
pub static ROWS_CHANGED: Scenario = Scenario {
    before: "CREATE TABLE t (id bigint PRIMARY KEY, amount integer NOT NULL DEFAULT 0 CHECK (amount >= 0), seen integer NOT NULL DEFAULT 0,
               times integer NOT NULL DEFAULT 0);
             CREATE TABLE u (id bigint PRIMARY KEY);
             INSERT INTO t (id, amount) SELECT n, n FROM generate_series(1, 300) n;
             INSERT INTO u SELECT generate_series(1, 300)",
    migration: ("1.sql", "UPDATE t SET times = times + 1;\nDELETE FROM u WHERE id % 2 = 0;\n"),
    direct: "SELECT 1",
    old: Release { name: "N", ..COUNTED },
    new: Release { name: "N+1", ..COUNTED },
};

const COUNTED: Release = Release { value: "CASE WHEN times <= 1 THEN amount END", ..AMOUNT };

pub static TABLE_RENAME: Scenario = Scenario {
    before: TYPE_CHANGE.before,
    migration: ("1.sql", "ALTER TABLE t RENAME TO orders;\n"),
    direct: "ALTER TABLE t RENAME TO orders",
    old: Release { name: "N", ..AMOUNT },
    new: Release { name: "N+1", table: "orders", ..AMOUNT },
};

/// A scenario in a database of its own.
pub struct Case {
    pub db: TestDb,
    pub midflight: Program,
    pub application: Application,
    scenario: &'static Scenario,
    before: Vec<String>,
}

impl Case {
    pub async fn new(scenario: &'static Scenario) -> Self {
        let db = TestDb::create().await;
        db.exec(scenario.before).await;
        let midflight = Program::new(&db, &[scenario.migration]);
        let before = snapshot::catalog(&mut db.connect().await).await;
        Self { db, midflight, application: Application::new(scenario), scenario, before }
    }

    /// Runs a stage with those releases at work that may be then.
    pub async fn stage(&mut self, stage: &str) {
        self.deploy_for(stage).await;
        self.midflight.ok(command(stage)).await;
    }

    /// Brings the migration to where a stage can begin, without traffic, and then starts that of the stage.
    pub async fn before(&mut self, stage: &str) {
        let done = match stage {
            "apply" => &[],
            "rollback" => up_to("backfill"),
            "keep" => up_to("verify"),
            "undo" | "purge" => &["expand", "backfill", "verify", "keep"],
            stage => up_to(stage).split_last().unwrap().1,
        };
        for stage in done {
            self.midflight.ok(command(stage)).await;
        }
        self.deploy_for(stage).await;
    }

    async fn deploy_for(&mut self, stage: &str) {
        let (old, new) = match stage {
            "expand" => (true, false),
            "contract" | "keep" | "purge" => (false, true),
            // Where both write the same, nobody has to stop.
            "undo" => (false, self.scenario.new.update == self.scenario.old.update),
            "apply" => (false, false),
            _ => (true, true),
        };
        // The new release is taken back before its columns are.
        let new = new && stage != "rollback";
        self.application.deploy(&self.db, old, new).await;
    }

    /// Every stage from this one on succeeds, and all is as it should be.
    pub async fn finishes(mut self, stage: &str, finished: &[String]) {
        if stage == "apply" {
            self.stage(stage).await;
        }
        if ["keep", "purge"].contains(&stage) {
            if stage == "keep" {
                self.stage(stage).await;
            }
            self.stage("purge").await;
            self.application.check(&self.db, &self.scenario.new).await;
            return self.ends_as(finished, "after purge").await;
        }
        for stage in
            up_to("contract").iter().skip(if stage == "apply" { usize::MAX } else { up_to(stage).len() - 1 })
        {
            self.stage(stage).await;
        }
        self.application.check(&self.db, &self.scenario.new).await;
        self.ends_as(finished, "after contract").await;
    }

    /// Rollback succeeds, and all is as it was, but for what the application wrote.
    pub async fn goes_back(mut self) {
        self.stage("rollback").await;
        self.application.check(&self.db, &self.scenario.old).await;
        let wanted = std::mem::take(&mut self.before);
        self.ends_as(&wanted, "after rollback").await;
    }

    /// Undo succeeds, and all is as it was before expand, but for what the application wrote.
    pub async fn undone(mut self) {
        self.stage("undo").await;
        self.application.check(&self.db, &self.scenario.old).await;
        let wanted = std::mem::take(&mut self.before);
        self.ends_as(&wanted, "after undo").await;
    }

    async fn ends_as(self, wanted: &[String], when: &str) {
        let mut conn = self.db.connect().await;
        assert_same(&format!("the catalog {when}"), wanted, &snapshot::catalog(&mut conn).await);
        assert_eq!(snapshot::remains(&mut conn).await, [""; 0], "left {when}");
        drop(conn);
        self.db.discard().await;
    }
}
