-- expect: index-build-blocks-writes
-- also: rename-table
-- because: After ROLLBACK the name means the old table again.
-- observed: ACCESS EXCLUSIVE on orders; builds orders_note_idx
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
ALTER TABLE orders RENAME TO orders_old;
CREATE TABLE orders (id bigint);
ROLLBACK;
CREATE INDEX orders_note_idx ON orders (note);
