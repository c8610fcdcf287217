-- expect: attach-partition-scans
-- because: The new partition is read under ACCESS EXCLUSIVE for rows that are out of bounds.
-- observed: ACCESS EXCLUSIVE on events_2024; SHARE UPDATE EXCLUSIVE on events; scans events_2024
-- setup
CREATE TABLE events (id bigint NOT NULL, kind text, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE events_2024 (id bigint NOT NULL, kind text, created_at timestamptz NOT NULL);
INSERT INTO events_2024 SELECT n, 'a', '2024-05-01' FROM generate_series(1, 500) n;
-- migration
ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
