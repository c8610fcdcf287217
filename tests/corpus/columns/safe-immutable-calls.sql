-- expect: nothing
-- because: Immutable functions give constants.
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
ALTER TABLE orders ADD COLUMN country text NOT NULL DEFAULT upper('de');
ALTER TABLE orders ADD COLUMN options jsonb NOT NULL DEFAULT jsonb_build_object('gift', false);
ALTER TABLE orders ADD COLUMN tags text[] NOT NULL DEFAULT ARRAY[]::text[];
ALTER TABLE orders ADD COLUMN meta jsonb DEFAULT '{"random": "random()"}'::jsonb;
