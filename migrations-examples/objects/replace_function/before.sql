CREATE TABLE items (id integer PRIMARY KEY, cents integer NOT NULL);
INSERT INTO items SELECT i, i * 100 FROM generate_series(1, 300) AS i;
CREATE FUNCTION with_tax(cents integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT cents + cents / 5 $$;
COMMENT ON FUNCTION with_tax(integer) IS 'gross price';
GRANT EXECUTE ON FUNCTION with_tax(integer) TO pg_monitor;
CREATE VIEW gross AS SELECT id, with_tax(cents) AS cents FROM items;
