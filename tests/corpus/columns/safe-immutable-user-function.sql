-- expect: nothing
-- because: The function is declared IMMUTABLE.
-- observed: ACCESS EXCLUSIVE on orders
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE FUNCTION default_region() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 'eu'; END $$;
-- migration
ALTER TABLE orders ADD COLUMN region text NOT NULL DEFAULT default_region();
