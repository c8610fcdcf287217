-- expect: validate-under-strong-lock
-- because: One query string is one transaction, without a BEGIN to be seen.
-- transaction: batch
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
-- migration
ALTER TABLE orders ADD CONSTRAINT status_known CHECK (status <> 'gone') NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT status_known;
