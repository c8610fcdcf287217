-- expect: nothing
-- because: The constraint was added a statement before.
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
ALTER TABLE orders ADD CONSTRAINT tmp CHECK (amount > 0) NOT VALID;
ALTER TABLE orders DROP CONSTRAINT tmp;
