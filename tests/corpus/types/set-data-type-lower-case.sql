-- expect: change-type-rewrites
-- because: SET DATA TYPE is the long form of TYPE.
-- transaction: file
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
alter table orders alter amount set data type numeric(12, 2);
