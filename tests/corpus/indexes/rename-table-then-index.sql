-- expect: index-build-blocks-writes, rename-table
-- because: Under its new name the table is as old as before.
-- observed: ACCESS EXCLUSIVE on orders; builds purchases_status_idx
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
ALTER TABLE orders RENAME TO purchases;
CREATE INDEX purchases_status_idx ON purchases (status);
