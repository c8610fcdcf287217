-- expect: change-type-rewrites
-- also: change-type-narrows
-- because: From text to varchar(n) is a rewrite.
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
ALTER TABLE orders ALTER COLUMN note TYPE varchar(2000), ALTER COLUMN status TYPE varchar(2000);
