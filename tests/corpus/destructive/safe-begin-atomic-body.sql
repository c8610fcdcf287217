-- expect: nothing
-- because: Making a function runs nothing of it.
-- observed: ROW EXCLUSIVE on orders
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
CREATE PROCEDURE purge() LANGUAGE sql BEGIN ATOMIC
    DELETE FROM orders;
    UPDATE orders SET status = 'x';
END;
