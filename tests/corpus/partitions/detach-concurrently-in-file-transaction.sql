-- expect: not-allowed-in-transaction
-- because: DETACH CONCURRENTLY runs in two transactions of its own.
-- transaction: file
-- observed: fails 25001
-- setup
CREATE TABLE events (id bigint NOT NULL, kind text, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- migration
ALTER TABLE events DETACH PARTITION events_2025 CONCURRENTLY;
