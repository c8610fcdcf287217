-- expect: nothing
-- because: Stable functions and keywords are computed once.
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
ALTER TABLE orders ADD COLUMN a timestamptz DEFAULT CURRENT_TIMESTAMP;
ALTER TABLE orders ADD COLUMN b date DEFAULT CURRENT_DATE;
ALTER TABLE orders ADD COLUMN c text DEFAULT current_user;
ALTER TABLE orders ADD COLUMN d timestamp DEFAULT LOCALTIMESTAMP;
ALTER TABLE orders ADD COLUMN e timestamptz DEFAULT pg_catalog.now();
ALTER TABLE orders ADD COLUMN f timestamp DEFAULT (now() AT TIME ZONE 'utc');
ALTER TABLE orders ADD COLUMN g timestamptz DEFAULT transaction_timestamp() + interval '1 day';
