-- expect: change-type-rewrites
-- because: In a session whose time zone is not known to be UTC every value may shift.
-- observed: ACCESS EXCLUSIVE on jobs; rewrites jobs
-- setup
CREATE TABLE jobs (id bigint PRIMARY KEY, run_at timestamp);
-- migration
SET TIME ZONE 'Europe/Berlin';
ALTER TABLE jobs ALTER COLUMN run_at TYPE timestamptz;
