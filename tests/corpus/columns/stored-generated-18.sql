-- expect: add-column-stored-generated
-- because: STORED is written into every row on 18 as before.
-- pg: 18
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
ALTER TABLE orders ADD COLUMN double_amount integer GENERATED ALWAYS AS (amount * 2) STORED;
