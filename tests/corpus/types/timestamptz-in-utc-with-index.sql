-- expect: change-type-rescans
-- because: In UTC the table stays, but the index on the column is built again.
-- observed: ACCESS EXCLUSIVE on jobs; builds jobs_run_at
-- setup
CREATE TABLE jobs (id bigint PRIMARY KEY, run_at timestamp);
CREATE INDEX jobs_run_at ON jobs (run_at);
-- migration
SET timezone TO 'UTC';
ALTER TABLE jobs ALTER COLUMN run_at TYPE timestamptz;
