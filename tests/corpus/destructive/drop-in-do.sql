-- expect: drop-table
-- also: dynamic-sql
-- because: A DO block drops like any other statement.
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
-- migration
DO $$
BEGIN
    DROP TABLE IF EXISTS orders;
END $$;
