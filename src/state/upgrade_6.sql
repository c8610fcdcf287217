-- Several application schemas, each with its own migrations, releases and lease. What is there belongs to the schema of the
-- configuration that comes first.
ALTER TABLE :state.migrations ADD COLUMN schema text NOT NULL DEFAULT :app;
ALTER TABLE :state.steps ADD COLUMN schema text NOT NULL DEFAULT :app;
ALTER TABLE :state.backfills ADD COLUMN schema text NOT NULL DEFAULT :app;
ALTER TABLE :state.counters ADD COLUMN schema text NOT NULL DEFAULT :app;
ALTER TABLE :state.lease ADD COLUMN schema text NOT NULL DEFAULT :app;
ALTER TABLE :state.events ADD COLUMN schema text DEFAULT :app;
ALTER TABLE :state.migrations ALTER COLUMN schema DROP DEFAULT;
ALTER TABLE :state.steps ALTER COLUMN schema DROP DEFAULT, DROP CONSTRAINT steps_migration_id_fkey, DROP CONSTRAINT steps_pkey;
ALTER TABLE :state.backfills
  ALTER COLUMN schema DROP DEFAULT, DROP CONSTRAINT backfills_migration_id_fkey, DROP CONSTRAINT backfills_pkey;
ALTER TABLE :state.counters
  ALTER COLUMN schema DROP DEFAULT, DROP CONSTRAINT counters_migration_id_fkey, DROP CONSTRAINT counters_pkey;
ALTER TABLE :state.migrations DROP CONSTRAINT migrations_pkey, ADD PRIMARY KEY (schema, id);
ALTER TABLE :state.steps ADD PRIMARY KEY (schema, migration_id, step_id),
  ADD FOREIGN KEY (schema, migration_id) REFERENCES :state.migrations (schema, id) ON DELETE CASCADE;
ALTER TABLE :state.backfills ADD PRIMARY KEY (schema, migration_id, ordinal),
  ADD FOREIGN KEY (schema, migration_id) REFERENCES :state.migrations (schema, id) ON DELETE CASCADE;
ALTER TABLE :state.counters ADD PRIMARY KEY (schema, migration_id, sequence),
  ADD FOREIGN KEY (schema, migration_id) REFERENCES :state.migrations (schema, id) ON DELETE CASCADE;
ALTER TABLE :state.lease ALTER COLUMN schema DROP DEFAULT, DROP COLUMN singleton, ADD PRIMARY KEY (schema);
ALTER TABLE :state.events ALTER COLUMN schema DROP DEFAULT;

CREATE FUNCTION :state.phase(migration text, schema text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT m.phase FROM :state.migrations m WHERE m.id = $1 AND m.schema = $2 $$;
COMMENT ON FUNCTION :state.phase(text, text) IS 'The phase of a migration in an application schema; NULL when it was never expanded there.';

CREATE FUNCTION :state.readable(migration text, schema text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT EXISTS (SELECT FROM :state.migrations m WHERE m.id = $1 AND m.schema = $2 AND m.verified_at IS NOT NULL
                         AND m.phase IN ('backfilled', 'contracting', 'contracted')) $$;
COMMENT ON FUNCTION :state.readable(text, text) IS
  'Whether the new columns of a migration are complete and verified in an application schema.';

CREATE OR REPLACE FUNCTION :state.phase(migration text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT CASE WHEN count(DISTINCT m.phase) = 1 THEN min(m.phase) END FROM :state.migrations m WHERE m.id = migration $$;
COMMENT ON FUNCTION :state.phase(text) IS
  'The phase of a migration; NULL when it was never expanded, or stands differently in several application schemas.';

CREATE OR REPLACE FUNCTION :state.readable(migration text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT coalesce(bool_and(m.verified_at IS NOT NULL AND m.phase IN ('backfilled', 'contracting', 'contracted')), false)
        FROM :state.migrations m WHERE m.id = migration $$;
COMMENT ON FUNCTION :state.readable(text) IS
  'Whether the new columns of a migration are complete and verified, in every application schema that has it.';

GRANT EXECUTE ON FUNCTION :state.phase(text, text), :state.readable(text, text) TO PUBLIC;
