//! midflight's own tables as an earlier version left them

use super::database::TestDb;

/// Before contract kept anything.
const VERSION_6: &str = "
ALTER TABLE midflight.migrations DROP COLUMN kept_until;
UPDATE midflight.meta SET version = 6";

/// Before there was a schema in each row.
const VERSION_5: &str = "
DROP FUNCTION midflight.phase(text, text), midflight.readable(text, text);
ALTER TABLE midflight.steps DROP CONSTRAINT steps_schema_migration_id_fkey, DROP CONSTRAINT steps_pkey, DROP schema;
ALTER TABLE midflight.backfills DROP CONSTRAINT backfills_schema_migration_id_fkey, DROP CONSTRAINT backfills_pkey, DROP schema;
ALTER TABLE midflight.counters DROP CONSTRAINT counters_schema_migration_id_fkey, DROP CONSTRAINT counters_pkey, DROP schema;
ALTER TABLE midflight.migrations DROP CONSTRAINT migrations_pkey, DROP schema, ADD PRIMARY KEY (id);
ALTER TABLE midflight.steps ADD PRIMARY KEY (migration_id, step_id),
  ADD FOREIGN KEY (migration_id) REFERENCES midflight.migrations (id) ON DELETE CASCADE;
ALTER TABLE midflight.backfills ADD PRIMARY KEY (migration_id, ordinal),
  ADD FOREIGN KEY (migration_id) REFERENCES midflight.migrations (id) ON DELETE CASCADE;
ALTER TABLE midflight.counters ADD PRIMARY KEY (migration_id, sequence),
  ADD FOREIGN KEY (migration_id) REFERENCES midflight.migrations (id) ON DELETE CASCADE;
ALTER TABLE midflight.lease DROP CONSTRAINT lease_pkey, DROP schema,
  ADD singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton);
ALTER TABLE midflight.events DROP schema;
UPDATE midflight.meta SET version = 5";

/// Before batches stood at a key.
const VERSION_4: &str = "
ALTER TABLE midflight.backfills DROP COLUMN position;
UPDATE midflight.meta SET version = 4";

/// Before the table of the version had a key.
const VERSION_3: &str = "
ALTER TABLE midflight.meta DROP COLUMN singleton;
UPDATE midflight.meta SET version = 3";

/// Before there was a fingerprint.
const VERSION_2: &str = "
ALTER TABLE midflight.meta DROP COLUMN database;
ALTER TABLE midflight.migrations DROP COLUMN fingerprint;
UPDATE midflight.migrations SET plan = plan - 'relies_on';
UPDATE midflight.meta SET version = 2";

/// Before there was a pace.
const VERSION_1: &str = "
ALTER TABLE midflight.migrations DROP paused_at, DROP paused_by, DROP pace;
ALTER TABLE midflight.backfills DROP held, DROP verify_cursor, DROP verify_at;
UPDATE midflight.meta SET version = 1";

/// Takes the tables back to a version.
pub async fn take_back(db: &TestDb, to: i32) {
    for (version, sql) in
        [(6, VERSION_6), (5, VERSION_5), (4, VERSION_4), (3, VERSION_3), (2, VERSION_2), (1, VERSION_1)]
    {
        if version >= to {
            db.exec(sql).await;
        }
    }
}
