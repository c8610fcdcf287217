-- expect: enum-value-same-transaction
-- because: The server tests the body of an SQL function at once.
-- transaction: batch
-- observed: fails 55P04
-- setup
CREATE TYPE mood AS ENUM ('sad');
CREATE TABLE people (id int, m mood);
-- migration
ALTER TYPE mood ADD VALUE 'happy';
CREATE FUNCTION happy_people() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT count(*) FROM people WHERE m = 'happy'
$$;
