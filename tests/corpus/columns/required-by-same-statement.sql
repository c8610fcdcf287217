-- expect: required-by-constraint
-- because: One statement adds the column and the constraint that every INSERT of the old release violates.
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
ALTER TABLE orders
    ADD COLUMN currency char(3),
    ADD CONSTRAINT currency_given CHECK (currency IS NOT NULL AND currency <> '') NOT VALID;
