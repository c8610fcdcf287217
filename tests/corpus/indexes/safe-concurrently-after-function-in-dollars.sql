-- expect: nothing
-- because: The BEGIN stands in a function body.
-- observed: SHARE UPDATE EXCLUSIVE on orders; builds orders_note_idx
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
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    NEW.note := 'BEGIN; touched';
    RETURN NEW;
END;
$fn$;
CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);
