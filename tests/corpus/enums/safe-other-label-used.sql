-- expect: nothing
-- because: The label that is used was there before.
-- transaction: file
-- observed: ROW EXCLUSIVE on tickets
-- setup
CREATE TYPE status AS ENUM ('open', 'done');
CREATE TABLE tickets (id bigint PRIMARY KEY, status status NOT NULL);
-- migration
ALTER TYPE status ADD VALUE 'stuck';
INSERT INTO tickets (id, status) VALUES (900001, 'done');
COMMENT ON TYPE status IS 'stuck is new';
