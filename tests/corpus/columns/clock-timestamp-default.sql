-- expect: add-column-volatile-default
-- because: clock_timestamp() differs from row to row, unlike now().
-- observed: ACCESS EXCLUSIVE on orders; rewrites orders
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
alter table if exists orders add column if not exists imported_at timestamptz default clock_timestamp();
