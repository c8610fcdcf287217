-- expect: validate-under-strong-lock
-- because: An earlier ALTER of the transaction, whatever it did, keeps its ACCESS EXCLUSIVE.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on orders; scans orders
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
ALTER TABLE orders ADD COLUMN region text;
ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;
