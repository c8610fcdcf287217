CREATE TABLE :state.meta (
  version integer NOT NULL
);

CREATE TABLE :state.migrations (
  id text PRIMARY KEY,
  checksum text NOT NULL,
  phase text NOT NULL CHECK (phase IN ('pending', 'expanding', 'expanded', 'backfilling', 'backfilled',
                                       'contracting', 'contracted', 'rolling_back', 'rolled_back')),
  plan jsonb,
  expand_release text,
  contract_release text,
  created_at timestamptz NOT NULL DEFAULT now(),
  expanded_at timestamptz,
  backfilled_at timestamptz,
  verified_at timestamptz,
  contracted_at timestamptz,
  error text
);

CREATE TABLE :state.steps (
  migration_id text NOT NULL REFERENCES :state.migrations (id) ON DELETE CASCADE,
  phase text NOT NULL,
  ordinal integer NOT NULL,
  step_id text NOT NULL,
  sql text NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'done', 'failed', 'undone')),
  attempts integer NOT NULL DEFAULT 0,
  started_at timestamptz,
  finished_at timestamptz,
  error text,
  PRIMARY KEY (migration_id, step_id)
);

CREATE TABLE :state.backfills (
  migration_id text NOT NULL REFERENCES :state.migrations (id) ON DELETE CASCADE,
  ordinal integer NOT NULL,
  table_name text NOT NULL,
  range_start bigint NOT NULL DEFAULT 0,
  range_end bigint,
  cursor bigint NOT NULL DEFAULT 0,
  rows_done bigint NOT NULL DEFAULT 0,
  rows_total bigint NOT NULL DEFAULT 0,
  batch_rows bigint,
  started_at timestamptz,
  rows_at_start bigint NOT NULL DEFAULT 0,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'done', 'failed')),
  throttled_by text,
  verify_cursor bigint,
  verify_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (migration_id, ordinal)
);

CREATE TABLE :state.counters (
  migration_id text NOT NULL REFERENCES :state.migrations (id) ON DELETE CASCADE,
  sequence text NOT NULL,
  writes bigint NOT NULL DEFAULT 0,
  last_seen_at timestamptz,
  PRIMARY KEY (migration_id, sequence)
);

CREATE TABLE :state.lease (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  owner text NOT NULL,
  host text NOT NULL,
  epoch bigint NOT NULL,
  expires_at timestamptz NOT NULL,
  backend_pid integer,
  backend_start timestamptz
);

CREATE TABLE :state.events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL DEFAULT session_user,
  host text,
  release text,
  migration_id text,
  what text NOT NULL,
  from_phase text,
  to_phase text,
  detail jsonb
);

CREATE FUNCTION :state.phase(migration text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT m.phase FROM :state.migrations m WHERE m.id = migration $$;
COMMENT ON FUNCTION :state.phase(text) IS 'The phase of a migration; NULL when it was never expanded.';

CREATE FUNCTION :state.readable(migration text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT EXISTS (SELECT FROM :state.migrations m WHERE m.id = migration AND m.verified_at IS NOT NULL
                         AND m.phase IN ('backfilled', 'contracting', 'contracted')) $$;
COMMENT ON FUNCTION :state.readable(text) IS 'Whether the new columns of a migration are complete and verified.';

GRANT USAGE ON SCHEMA :state TO PUBLIC;
GRANT EXECUTE ON FUNCTION :state.phase(text), :state.readable(text) TO PUBLIC;

INSERT INTO :state.meta VALUES (1);
