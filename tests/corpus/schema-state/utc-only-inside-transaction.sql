-- expect: change-type-rewrites
-- because: SET LOCAL is over; the session is in Berlin again.
-- observed: ACCESS EXCLUSIVE on jobs; rewrites jobs
-- setup
CREATE TABLE jobs (id bigint PRIMARY KEY, run_at timestamp);
-- migration
SET TIME ZONE 'Europe/Berlin';
BEGIN;
SET LOCAL TIME ZONE 'UTC';
SELECT count(*) FROM jobs;
COMMIT;
ALTER TABLE jobs ALTER COLUMN run_at TYPE timestamptz;
