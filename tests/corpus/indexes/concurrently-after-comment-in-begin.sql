-- expect: not-allowed-in-transaction
-- because: A comment before BEGIN leaves it a BEGIN.
-- observed: fails 25001
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
/* ticket 4711 */ -- speeds up the list
BEGIN WORK;
-- COMMIT;
CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
END;
