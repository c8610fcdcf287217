-- expect: add-column-volatile-default
-- because: The last declaration counts, and it says nothing, which is VOLATILE.
-- observed: ACCESS EXCLUSIVE on orders; rewrites orders
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE FUNCTION region() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 'eu'; END $$;
CREATE OR REPLACE FUNCTION region() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN current_setting('app.region', true); END $$;
-- migration
ALTER TABLE orders ADD COLUMN region text DEFAULT region();
