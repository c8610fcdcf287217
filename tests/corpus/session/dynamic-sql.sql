-- expect: advice:dynamic-sql
-- because: What EXECUTE runs is not in the text.
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
DO $$
DECLARE t text;
BEGIN
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE 'COMMENT ON TABLE ' || quote_ident(t) || ' IS ''seen''';
    END LOOP;
END
$$;
