-- expect: rename-column
-- because: The word COLUMN may be left out.
-- transaction: file
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
alter table if exists only "orders" rename "note" to "remark";
