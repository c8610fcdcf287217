-- expect: nothing
-- because: No other session sees a temporary table.
-- observed: nothing on existing tables
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
CREATE TEMP TABLE staging (id bigint, amount integer);
CREATE INDEX staging_id ON staging (id);
DROP TABLE staging;
