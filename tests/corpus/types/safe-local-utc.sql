-- expect: nothing
-- because: The session is in UTC for this transaction.
-- observed: ACCESS EXCLUSIVE on jobs
-- setup
CREATE TABLE jobs (id bigint PRIMARY KEY, run_at timestamp);
-- migration
BEGIN;
SET LOCAL timezone = 'UTC';
ALTER TABLE jobs ALTER COLUMN run_at TYPE timestamptz;
COMMIT;
