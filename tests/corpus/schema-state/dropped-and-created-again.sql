-- expect: nothing
-- because: The table of that name is the one that is created here.
-- observed: nothing on existing tables
-- setup
CREATE TABLE jobs (id integer);
DROP TABLE jobs;
-- migration
CREATE TABLE jobs (id bigint PRIMARY KEY, state text);
CREATE INDEX jobs_state ON jobs (state);
