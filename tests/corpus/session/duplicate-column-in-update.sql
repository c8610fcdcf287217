-- expect: duplicate-column
-- because: One column can't be set twice.
-- observed: fails 42601
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
UPDATE orders SET status = 'a', note = 'b', status = 'c' WHERE id = 1;
