-- expect: add-check-scans
-- because: Every partition is read under ACCESS EXCLUSIVE.
-- observed: ACCESS EXCLUSIVE on events; ACCESS EXCLUSIVE on events_2025; ACCESS EXCLUSIVE on events_2026; scans events_2025; scans events_2026
-- setup
CREATE TABLE events (id bigint NOT NULL, kind text, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO events SELECT n, 'a', '2026-05-01' FROM generate_series(1, 500) n;
-- migration
ALTER TABLE events ADD CONSTRAINT events_id_positive CHECK (id > 0);
