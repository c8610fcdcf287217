-- expect: nothing
-- because: BEGIN ATOMIC and CASE .. END in a function body open and close no transaction.
-- observed: SHARE UPDATE EXCLUSIVE on orders; builds orders_amount_idx
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
CREATE FUNCTION order_size(amount integer) RETURNS text LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT CASE WHEN amount > 100 THEN 'big' ELSE 'small' END;
END;
CREATE INDEX CONCURRENTLY orders_amount_idx ON orders (amount);
