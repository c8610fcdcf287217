-- expect: index-build-blocks-writes
-- because: An index on the parent is built on every partition in one go, under SHARE on all of them.
-- observed: SHARE on events; SHARE on events_2025; SHARE on events_2026; builds events_2025_kind_idx; builds events_2026_kind_idx
-- setup
CREATE TABLE events (id bigint NOT NULL, kind text, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- migration
CREATE INDEX events_kind_idx ON events (kind);
