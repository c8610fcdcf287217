-- expect: nothing
-- because: NOT VALID reads nothing; VALIDATE reads under SHARE UPDATE EXCLUSIVE, in a transaction of its own.
-- observed: ACCESS EXCLUSIVE on orders; reads orders
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
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;
