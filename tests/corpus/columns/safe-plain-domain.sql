-- expect: nothing
-- because: A domain without constraints is its base type.
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
CREATE DOMAIN short_text AS varchar(40);
-- migration
ALTER TABLE orders ADD COLUMN label short_text DEFAULT 'none';
