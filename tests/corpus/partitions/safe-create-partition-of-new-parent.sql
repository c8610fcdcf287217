-- expect: nothing
-- because: The parent is created here.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE metrics (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE metrics_2026 PARTITION OF metrics FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE metrics_default PARTITION OF metrics DEFAULT;
CREATE INDEX metrics_at ON metrics (at);
