-- expect: drop-constraint
-- because: What the check kept out comes in, and can't be told from good rows later.
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
ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0);
-- migration
ALTER TABLE orders DROP CONSTRAINT amount_positive;
