-- expect: nothing
-- because: The constraint comes back under its name, wider and NOT VALID.
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
ALTER TABLE orders ADD CONSTRAINT status_known CHECK (status IS NOT NULL);
-- migration
ALTER TABLE orders DROP CONSTRAINT status_known, ADD CONSTRAINT status_known CHECK (status <> '') NOT VALID;
