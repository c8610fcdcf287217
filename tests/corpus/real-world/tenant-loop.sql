-- expect: advice:dynamic-sql
-- because: What runs in which schema is known at run time only.
-- observed: ACCESS EXCLUSIVE on tenant_a.items
-- setup
CREATE SCHEMA tenant_a;
CREATE TABLE tenant_a.items (id bigint PRIMARY KEY);
-- migration
DO $$
DECLARE
    tenant text;
BEGIN
    FOR tenant IN SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tenant%' LOOP
        EXECUTE format('ALTER TABLE %I.items ADD COLUMN note text', tenant);
    END LOOP;
END
$$;
