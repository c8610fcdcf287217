-- expect: replace-fails
-- because: A function keeps the type that it returns.
-- observed: fails 42P13
-- setup
CREATE FUNCTION with_tax(amount numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT amount * 1.2';
-- migration
CREATE OR REPLACE FUNCTION with_tax(amount numeric) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT (amount * 1.2)::text';
