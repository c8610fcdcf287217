-- expect: add-column-auto-increment
-- because: serial fills each row from a sequence: the table is rewritten.
-- observed: ACCESS EXCLUSIVE on orders; rewrites orders
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
ALTER TABLE orders ADD COLUMN number serial;
