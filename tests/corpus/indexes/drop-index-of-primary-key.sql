-- expect: drop-constraint-owned-index
-- also: index-drop-blocks-access
-- because: The constraint owns its index: DROP INDEX is refused.
-- observed: fails 2BP01
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
DROP INDEX orders_pkey;
