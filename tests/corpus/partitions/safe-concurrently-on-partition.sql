-- expect: nothing
-- because: A partition is a table: its index can be built concurrently.
-- observed: SHARE UPDATE EXCLUSIVE on events_2026; builds events_2026_kind_idx
-- setup
CREATE TABLE events (id bigint NOT NULL, kind text, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- migration
CREATE INDEX CONCURRENTLY events_2026_kind_idx ON events_2026 (kind);
