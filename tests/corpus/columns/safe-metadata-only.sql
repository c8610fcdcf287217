-- expect: nothing
-- because: These take a short lock and change the catalog only.
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
ALTER TABLE orders ALTER COLUMN note SET STATISTICS 500;
ALTER TABLE orders SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.01);
ALTER TABLE orders ALTER COLUMN note SET STORAGE EXTERNAL;
COMMENT ON COLUMN orders.note IS 'What the customer said; ALTER TABLE orders DROP COLUMN note';
