-- expect: nothing
-- because: Privileges and comments don't stop anyone.
-- observed: SHARE UPDATE EXCLUSIVE on orders
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
GRANT SELECT, INSERT ON orders TO PUBLIC;
REVOKE INSERT ON orders FROM PUBLIC;
COMMENT ON TABLE orders IS 'orders';
CREATE EXTENSION IF NOT EXISTS plpgsql;
