-- expect: enum-value-same-transaction
-- because: a default of an argument
-- transaction: file
-- observed: fails 55P04
-- setup
CREATE TYPE mood AS ENUM ('sad');
-- migration
ALTER TYPE mood ADD VALUE 'ok';
CREATE FUNCTION g(m mood DEFAULT 'ok') RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
