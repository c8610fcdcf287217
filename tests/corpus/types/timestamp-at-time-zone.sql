-- expect: change-type-rewrites
-- because: USING .. AT TIME ZONE is an expression like any other: a rewrite even in UTC.
-- observed: ACCESS EXCLUSIVE on jobs; rewrites jobs
-- setup
CREATE TABLE jobs (id bigint PRIMARY KEY, run_at timestamp);
-- migration
SET timezone = 'UTC';
ALTER TABLE jobs ALTER COLUMN run_at TYPE timestamptz USING run_at AT TIME ZONE 'UTC';
