-- expect: nothing
-- because: Making a function runs nothing of it.
-- observed: nothing on existing tables
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
CREATE FUNCTION purge() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM orders;
    UPDATE orders SET status = 'x';
    TRUNCATE orders;
    DROP TABLE orders;
END
$$;
