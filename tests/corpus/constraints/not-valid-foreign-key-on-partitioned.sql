-- expect: not-valid-unsupported
-- also: add-foreign-key-scans
-- because: Before 18 a partitioned table can't have a NOT VALID foreign key.
-- pg: 15
-- observed: fails 42809
-- setup
CREATE TABLE kinds (kind text PRIMARY KEY);
CREATE TABLE events (id bigint NOT NULL, kind text, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- migration
ALTER TABLE events ADD CONSTRAINT events_kind_fk FOREIGN KEY (kind) REFERENCES kinds (kind) NOT VALID;
