-- expect: unparsable, drop-column
-- because: One statement is not SQL; the others run, and one of them drops a column.
-- observed: ACCESS EXCLUSIVE on orders; fails 42601
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
ALTER TABLE orders DROP COLUMN note;
CREATE TABEL regions (id bigint);
CREATE TABLE regions (id bigint);
