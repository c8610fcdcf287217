-- expect: nothing
-- because: Old and new name both work after the transaction, and the index goes to the new one, concurrently.
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
BEGIN;
ALTER TABLE orders RENAME TO purchases;
CREATE VIEW orders AS SELECT * FROM purchases;
COMMIT;
CREATE INDEX CONCURRENTLY purchases_status_idx ON purchases (status);
