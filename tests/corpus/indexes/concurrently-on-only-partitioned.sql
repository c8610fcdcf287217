-- expect: concurrent-index-on-partitioned
-- because: ON ONLY makes no difference: the parent is refused.
-- observed: SHARE UPDATE EXCLUSIVE on events; fails 0A000
-- setup
CREATE TABLE events (id bigint NOT NULL, kind text, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- migration
CREATE INDEX CONCURRENTLY events_kind_idx ON ONLY events (kind);
