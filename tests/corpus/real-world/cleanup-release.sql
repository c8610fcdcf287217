-- expect: drop-table, drop-column, drop-dependent-object, index-drop-blocks-access
-- also: wide-lock-window
-- because: A file that tidies up: each statement breaks somebody or stops everybody.
-- transaction: statement
-- observed: ACCESS EXCLUSIVE on cart_ids; ACCESS EXCLUSIVE on legacy_carts; ACCESS EXCLUSIVE on orders
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE TABLE legacy_carts (id bigint PRIMARY KEY);
CREATE VIEW cart_ids AS SELECT id FROM legacy_carts;
CREATE INDEX orders_note_idx ON orders (note);
-- migration
DROP VIEW IF EXISTS cart_ids;
DROP TABLE IF EXISTS legacy_carts;
DROP INDEX IF EXISTS orders_note_idx;
ALTER TABLE orders DROP COLUMN IF EXISTS note;
