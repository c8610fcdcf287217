-- expect: nothing
-- because: The table is created here.
-- observed: reads orders
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
CREATE TABLE staging (LIKE orders);
INSERT INTO staging SELECT * FROM orders WHERE status = 'stuck';
DROP TABLE staging;
