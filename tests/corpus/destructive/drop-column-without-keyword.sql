-- expect: drop-column
-- because: The word COLUMN may be left out; several may go in one statement.
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
alter table orders drop note, drop if exists status;
