-- expect: nothing
-- because: From 17 on a type of the same transaction is fine.
-- transaction: file
-- pg: 17
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TYPE status AS ENUM ('open', 'done');
ALTER TYPE status ADD VALUE 'stuck';
CREATE TABLE tickets (id bigint PRIMARY KEY, status status NOT NULL DEFAULT 'stuck');
