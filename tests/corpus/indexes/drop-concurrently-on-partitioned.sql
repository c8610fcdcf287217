-- expect: concurrent-index-on-partitioned
-- because: A partitioned index can't be dropped concurrently.
-- observed: SHARE UPDATE EXCLUSIVE on events; fails 0A000
-- setup
CREATE TABLE events (id bigint NOT NULL, kind text, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX events_kind_idx ON events (kind);
-- migration
DROP INDEX CONCURRENTLY events_kind_idx;
