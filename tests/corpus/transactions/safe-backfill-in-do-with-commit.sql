-- expect: nothing
-- because: The block commits each batch by itself.
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
DO $$
DECLARE
    first bigint := 1;
BEGIN
    WHILE first < 1000 LOOP
        UPDATE orders SET status = 'new' WHERE id >= first AND id < first + 100 AND status IS NULL;
        COMMIT;
        first := first + 100;
    END LOOP;
END
$$;
