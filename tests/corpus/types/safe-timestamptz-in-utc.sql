-- expect: nothing
-- because: In a session in UTC the values stay as they are.
-- observed: ACCESS EXCLUSIVE on jobs
-- setup
CREATE TABLE jobs (id bigint PRIMARY KEY, run_at timestamp);
-- migration
SET TIME ZONE 'UTC';
ALTER TABLE jobs ALTER COLUMN run_at TYPE timestamp with time zone;
