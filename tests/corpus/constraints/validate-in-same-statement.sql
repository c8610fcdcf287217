-- expect: validate-under-strong-lock
-- because: The statement takes the strongest lock of its actions: ACCESS EXCLUSIVE for SET DEFAULT.
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
ALTER TABLE orders VALIDATE CONSTRAINT amount_positive, ALTER COLUMN status SET DEFAULT 'new';
