-- expect: drop-table
-- because: The first DROP takes the temporary table, the second the real one.
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
CREATE TEMP TABLE orders (id bigint);
DROP TABLE orders;
DROP TABLE orders;
