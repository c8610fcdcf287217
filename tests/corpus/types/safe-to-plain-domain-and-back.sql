-- expect: nothing
-- because: A domain without constraints is its base type.
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
CREATE DOMAIN comment_text AS text;
-- migration
ALTER TABLE orders ALTER COLUMN note TYPE comment_text;
ALTER TABLE orders ALTER COLUMN note TYPE text;
