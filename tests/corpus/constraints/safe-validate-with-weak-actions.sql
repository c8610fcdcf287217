-- expect: nothing
-- because: SET STATISTICS needs SHARE UPDATE EXCLUSIVE only, like VALIDATE.
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
ALTER TABLE orders VALIDATE CONSTRAINT amount_positive, ALTER COLUMN amount SET STATISTICS 1000, SET (fillfactor = 80);
