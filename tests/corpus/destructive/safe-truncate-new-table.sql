-- expect: nothing
-- because: The table is created here.
-- observed: reads orders
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
CREATE TABLE daily (day date PRIMARY KEY, total bigint);
INSERT INTO daily SELECT created_at::date, sum(amount) FROM orders GROUP BY 1;
TRUNCATE daily;
DELETE FROM daily;
UPDATE daily SET total = 0;
