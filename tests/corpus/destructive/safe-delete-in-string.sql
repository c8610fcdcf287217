-- expect: nothing
-- because: It stands in a comment and in a string.
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
-- DELETE FROM orders; DROP TABLE orders;
/* TRUNCATE orders; /* nested */ DROP DATABASE shop; */
COMMENT ON TABLE orders IS 'DROP TABLE orders; it''s only text';
