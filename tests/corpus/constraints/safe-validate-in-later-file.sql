-- expect: nothing
-- because: The transaction of the earlier file is over.
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
ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;
