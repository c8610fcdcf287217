-- expect: nothing
-- because: A valid check implies the bounds and the column is NOT NULL: nothing is read.
-- observed: ACCESS EXCLUSIVE on events_2024; SHARE UPDATE EXCLUSIVE on events
-- setup
CREATE TABLE events (id bigint NOT NULL, kind text, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE events_2024 (id bigint NOT NULL, kind text, created_at timestamptz NOT NULL);
INSERT INTO events_2024 SELECT n, 'a', '2024-05-01' FROM generate_series(1, 500) n;
ALTER TABLE events_2024 ADD CONSTRAINT bounds CHECK (created_at >= '2024-01-01 00:00+00' AND created_at < '2025-01-01 00:00+00') NOT VALID;
ALTER TABLE events_2024 VALIDATE CONSTRAINT bounds;
-- migration
SET timezone = 'UTC';
ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01 00:00+00') TO ('2025-01-01 00:00+00');
