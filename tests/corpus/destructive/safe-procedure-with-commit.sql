-- expect: nothing
-- because: The COMMIT stands in the body of a procedure.
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
CREATE PROCEDURE purge_in_batches() LANGUAGE plpgsql AS $$
BEGIN
    LOOP
        DELETE FROM orders WHERE id IN (SELECT id FROM orders LIMIT 1000);
        EXIT WHEN NOT FOUND;
        COMMIT;
    END LOOP;
END
$$;
