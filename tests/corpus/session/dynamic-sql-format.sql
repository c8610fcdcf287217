-- expect: advice:dynamic-sql
-- because: What EXECUTE runs depends on the data.
-- observed: ACCESS EXCLUSIVE on orders; ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
DO $do$
BEGIN
    EXECUTE (SELECT string_agg(format('ALTER TABLE %I ADD COLUMN tenant integer', tablename), ';') FROM pg_tables WHERE schemaname = 'public');
END
$do$;
