-- expect: nothing
-- because: bodies are not checked
-- transaction: file
-- observed: nothing on existing tables
-- setup
CREATE TYPE mood AS ENUM ('sad');
-- migration
SET check_function_bodies = off;
ALTER TYPE mood ADD VALUE 'ok';
CREATE FUNCTION g() RETURNS mood LANGUAGE sql AS $$ SELECT 'ok'::mood $$;
