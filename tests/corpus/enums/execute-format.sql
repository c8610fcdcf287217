-- expect: enum-value-same-transaction
-- also: dynamic-sql
-- because: EXECUTE runs in the transaction that adds the value.
-- transaction: batch
-- observed: fails 55P04
-- setup
CREATE TYPE mood AS ENUM ('sad');
CREATE TABLE people (id int, m mood);
INSERT INTO people VALUES (1, 'sad');
-- migration
ALTER TYPE mood ADD VALUE 'happy';
DO $$
BEGIN
  EXECUTE format('UPDATE %I SET m = %L WHERE id = 1', 'people', 'happy');
END $$;
