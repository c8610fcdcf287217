-- expect: nothing
-- because: What everyone should write.
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
SET lock_timeout TO '2s';
SET statement_timeout = 5000;
ALTER TABLE orders ADD COLUMN region text;
RESET lock_timeout;
