-- expect: nothing
-- because: (FULL false) is a plain VACUUM.
-- observed: SHARE UPDATE EXCLUSIVE on orders
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
VACUUM (FULL false, ANALYZE) orders;
