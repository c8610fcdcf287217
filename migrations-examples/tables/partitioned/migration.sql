-- Change a partitioned table: columns, defaults, NOT NULL, a check, indexes. Each partition follows.
ALTER TABLE events ADD COLUMN weight integer NOT NULL DEFAULT 1;
ALTER TABLE events ADD COLUMN note text;
ALTER TABLE events ALTER COLUMN kind SET DEFAULT 'view';
ALTER TABLE events ALTER COLUMN actor SET NOT NULL;
ALTER TABLE events ADD CONSTRAINT events_weight_check CHECK (weight > 0);
ALTER TABLE events DROP COLUMN source;
COMMENT ON COLUMN events.weight IS 'how much it counts';
CREATE INDEX events_actor_idx ON events (actor, created DESC) WHERE kind <> 'view';
CREATE UNIQUE INDEX events_once ON events (created, id, kind);
CREATE INDEX ON events (lower(note));
