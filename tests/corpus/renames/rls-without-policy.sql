-- expect: enable-rls-without-policy
-- because: With row security on and no policy, everyone but the owner sees no row.
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
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
