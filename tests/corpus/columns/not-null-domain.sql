-- expect: add-column-constrained-domain
-- because: A NOT NULL domain is a constrained domain: the table is rewritten.
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
CREATE DOMAIN label AS varchar(40) NOT NULL;
-- migration
ALTER TABLE orders ADD COLUMN label label DEFAULT 'none';
