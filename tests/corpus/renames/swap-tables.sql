-- expect: rename-table
-- also: wide-lock-window
-- because: The old table goes under another name; whatever wrote to it meanwhile is lost.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on orders; ACCESS EXCLUSIVE on orders_new
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE TABLE orders_new (LIKE orders INCLUDING ALL);
-- migration
ALTER TABLE orders RENAME TO orders_old;
ALTER TABLE orders_new RENAME TO orders;
