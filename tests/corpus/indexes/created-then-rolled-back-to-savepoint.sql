-- expect: index-build-blocks-writes
-- because: ROLLBACK TO takes back the temporary table, so the index is built on the real one.
-- observed: SHARE on orders; builds orders_status_idx
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
BEGIN;
SAVEPOINT before_staging;
CREATE TEMP TABLE orders (id bigint, status text) ON COMMIT DROP;
ROLLBACK TO SAVEPOINT before_staging;
CREATE INDEX orders_status_idx ON orders (status);
COMMIT;
