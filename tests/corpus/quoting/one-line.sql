-- expect: rename-column, drop-column
-- because: Several statements on one line, the last without a semicolon.
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
alter table orders rename note to remark;alter table orders drop column status;comment on table orders is 'x'
