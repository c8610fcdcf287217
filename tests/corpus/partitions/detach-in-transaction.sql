-- expect: detach-partition-blocks
-- also: drop-table, wide-lock-window
-- because: Everyone who uses any partition waits until COMMIT.
-- observed: ACCESS EXCLUSIVE on events; ACCESS EXCLUSIVE on events_2025
-- setup
CREATE TABLE events (id bigint NOT NULL, kind text, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- migration
BEGIN;
alter table events detach partition events_2025;
COMMIT;
