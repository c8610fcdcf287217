-- expect: add-column-volatile-default
-- because: gen_random_uuid() is volatile: every row and every index is written anew under ACCESS EXCLUSIVE.
-- observed: ACCESS EXCLUSIVE on orders; rewrites orders
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
ALTER TABLE orders ADD COLUMN public_id uuid NOT NULL DEFAULT gen_random_uuid();
