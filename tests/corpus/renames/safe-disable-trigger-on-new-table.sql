-- expect: nothing
-- because: The table is created here.
-- observed: nothing on existing tables
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
CREATE TABLE orders_copy (LIKE orders INCLUDING ALL);
ALTER TABLE orders_copy DISABLE TRIGGER USER;
INSERT INTO orders_copy SELECT * FROM orders WHERE id < 10;
ALTER TABLE orders_copy ENABLE TRIGGER USER;
