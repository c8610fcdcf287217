-- expect: nothing
-- because: A check that changes nothing.
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
DO $$
BEGIN
    IF (SELECT count(*) FROM pg_tables WHERE tablename = 'orders') = 0 THEN
        RAISE EXCEPTION 'orders is missing';
    END IF;
END
$$;
