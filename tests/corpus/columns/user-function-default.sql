-- expect: add-column-volatile-default
-- because: A function without IMMUTABLE or STABLE is volatile.
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
CREATE FUNCTION short_code() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN substr(md5(random()::text), 1, 8); END $$;
-- migration
ALTER TABLE orders ADD COLUMN code text DEFAULT short_code();
