-- expect: advice:dynamic-sql
-- because: What the function does is not in this file, and it does DDL.
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
CREATE FUNCTION add_audit_columns() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER TABLE orders ADD COLUMN audited_at timestamptz'; END $$;
-- migration
SELECT add_audit_columns();
