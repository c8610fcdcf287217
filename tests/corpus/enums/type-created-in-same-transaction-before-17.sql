-- expect: enum-value-same-transaction
-- because: Before 17 it makes no difference that the type itself is new.
-- transaction: file
-- pg: 15
-- observed: fails 55P04
-- setup
-- migration
CREATE TYPE status AS ENUM ('open', 'done');
ALTER TYPE status ADD VALUE 'stuck';
CREATE TABLE tickets (id bigint PRIMARY KEY, status status NOT NULL DEFAULT 'stuck');
