-- expect: nothing
-- because: A new partition is made on its own, its check spares the scan, and ATTACH lets everyone go on.
-- observed: SHARE UPDATE EXCLUSIVE on events
-- setup
CREATE TABLE events (id bigint NOT NULL, kind text, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- migration
BEGIN;
CREATE TABLE events_2027 (LIKE events INCLUDING ALL);
ALTER TABLE events_2027 ADD CONSTRAINT bounds CHECK (created_at >= '2027-01-01' AND created_at < '2028-01-01');
COMMIT;
ALTER TABLE events ATTACH PARTITION events_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
ALTER TABLE events_2027 DROP CONSTRAINT bounds;
