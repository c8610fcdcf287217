-- expect: nothing
-- because: A PL/pgSQL body is read when it is called.
-- transaction: batch
-- observed: nothing on existing tables
-- setup
CREATE TYPE mood AS ENUM ('sad');
CREATE TABLE people (id int, m mood);
-- migration
ALTER TYPE mood ADD VALUE 'happy';
CREATE FUNCTION happy_people() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT count(*) FROM people WHERE m = 'happy');
END $$;
