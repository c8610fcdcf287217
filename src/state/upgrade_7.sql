-- What contract keeps, and until when; the way back from there.
ALTER TABLE :state.migrations ADD COLUMN IF NOT EXISTS kept_until timestamptz, DROP CONSTRAINT IF EXISTS migrations_phase_check,
  ADD CONSTRAINT migrations_phase_check CHECK (phase IN ('pending', 'expanding', 'expanded', 'backfilling', 'backfilled', 'contracting',
    'contracted', 'purging', 'undoing', 'undone', 'rolling_back', 'rolled_back'));

CREATE OR REPLACE FUNCTION :state.readable(migration text, schema text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT EXISTS (SELECT FROM :state.migrations m WHERE m.id = $1 AND m.schema = $2 AND m.verified_at IS NOT NULL
                         AND m.phase IN ('backfilled', 'contracting', 'contracted', 'purging')) $$;
CREATE OR REPLACE FUNCTION :state.readable(migration text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT coalesce(bool_and(m.verified_at IS NOT NULL AND m.phase IN ('backfilled', 'contracting', 'contracted', 'purging')), false)
        FROM :state.migrations m WHERE m.id = migration $$;
