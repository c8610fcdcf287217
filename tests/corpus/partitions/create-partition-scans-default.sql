-- expect: create-partition-locks-parent
-- because: The default partition is read under ACCESS EXCLUSIVE besides.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on events; ACCESS EXCLUSIVE on events_default; scans events_default
-- setup
CREATE TABLE events (id bigint NOT NULL, kind text, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE events_default PARTITION OF events DEFAULT;
INSERT INTO events_default SELECT n, 'old', '2020-01-01' FROM generate_series(1, 500) n;
-- migration
create table if not exists public.events_2027 partition of public.events for values from ('2027-01-01') to ('2028-01-01');
