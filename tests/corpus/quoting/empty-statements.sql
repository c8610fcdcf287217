-- expect: nothing
-- because: Nothing stands between the semicolons.
-- observed: ACCESS EXCLUSIVE on orders
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
;;
-- nothing
ALTER TABLE orders ADD COLUMN region text;;
;
