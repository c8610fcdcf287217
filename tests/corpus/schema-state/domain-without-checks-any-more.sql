-- expect: nothing
-- because: The domain's only constraint was dropped by an earlier migration.
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
CREATE DOMAIN quantity AS integer CONSTRAINT positive CHECK (VALUE > 0);
ALTER DOMAIN quantity DROP CONSTRAINT positive;
-- migration
ALTER TABLE orders ADD COLUMN quantity quantity DEFAULT 1;
