-- expect: nothing
-- because: All of it is the text of one function.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE FUNCTION odd() RETURNS text LANGUAGE plpgsql AS $outer$
BEGIN
    RETURN $inner$ DROP TABLE orders; BEGIN; $inner$ || $$ ; TRUNCATE orders $$;
END;
$outer$;
