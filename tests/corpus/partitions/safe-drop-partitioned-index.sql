-- expect: nothing
-- because: A partitioned index can't be dropped concurrently, so this is the way.
-- observed: ACCESS EXCLUSIVE on events; ACCESS EXCLUSIVE on events_2025; ACCESS EXCLUSIVE on events_2026
-- setup
CREATE TABLE events (id bigint NOT NULL, kind text, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX events_kind_idx ON events (kind);
-- migration
SET lock_timeout = '2s';
DROP INDEX events_kind_idx;
