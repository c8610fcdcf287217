-- expect: detach-concurrently-with-default
-- because: Where there is a default partition CONCURRENTLY is refused.
-- observed: SHARE UPDATE EXCLUSIVE on events; fails 55000
-- setup
CREATE TABLE events (id bigint NOT NULL, kind text, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE events_default PARTITION OF events DEFAULT;
INSERT INTO events_default SELECT n, 'old', '2020-01-01' FROM generate_series(1, 500) n;
-- migration
ALTER TABLE events DETACH PARTITION events_2025 CONCURRENTLY;
