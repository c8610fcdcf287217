-- expect: nothing
-- because: The strong lock of the transaction is on a table that is created in it.
-- transaction: file
-- observed: SHARE UPDATE EXCLUSIVE on orders; reads orders
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;
-- migration
CREATE TABLE refunds (id bigint PRIMARY KEY);
ALTER TABLE refunds ADD COLUMN amount integer;
ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;
