-- expect: nothing
-- because: With a default partition CONCURRENTLY is not possible, so this is the way.
-- observed: ACCESS EXCLUSIVE on events; ACCESS EXCLUSIVE on events_2025; ACCESS EXCLUSIVE on events_default
-- setup
CREATE TABLE events (id bigint NOT NULL, kind text, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE events_default PARTITION OF events DEFAULT;
INSERT INTO events_default SELECT n, 'old', '2020-01-01' FROM generate_series(1, 500) n;
-- migration
SET lock_timeout = '2s';
ALTER TABLE events DETACH PARTITION events_2025;
