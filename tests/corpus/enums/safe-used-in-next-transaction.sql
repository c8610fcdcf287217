-- expect: nothing
-- because: Each statement is a transaction of its own.
-- observed: ACCESS EXCLUSIVE on tickets
-- setup
CREATE TYPE status AS ENUM ('open', 'done');
CREATE TABLE tickets (id bigint PRIMARY KEY, status status NOT NULL);
-- migration
ALTER TYPE status ADD VALUE 'stuck';
ALTER TABLE tickets ALTER COLUMN status SET DEFAULT 'stuck';
INSERT INTO tickets (id, status) VALUES (900001, 'stuck');
