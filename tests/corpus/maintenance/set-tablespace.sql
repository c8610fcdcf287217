-- expect: table-storage-rewrite
-- because: The whole file is copied; no such tablespace here, so it stops before it starts.
-- observed: fails 42704
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
ALTER TABLE orders SET TABLESPACE fast_disks;
