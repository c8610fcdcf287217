-- expect: table-storage-rewrite
-- because: The table is written anew, and a crash empties it.
-- transaction: file
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
alter table orders set unlogged;
