-- expect: change-type-rewrites
-- also: change-type-narrows
-- because: Nobody told the linter that it was an integer; to text it is a rewrite.
-- observed: ACCESS EXCLUSIVE on orders; rewrites orders
-- setup, unknown to the linter
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
-- migration
ALTER TABLE orders ALTER COLUMN amount TYPE text;
