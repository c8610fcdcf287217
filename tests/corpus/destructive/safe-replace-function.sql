-- expect: nothing
-- because: CREATE OR REPLACE leaves no gap.
-- observed: ACCESS EXCLUSIVE on open_orders
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE VIEW open_orders AS SELECT id FROM orders WHERE status = 'open';
CREATE FUNCTION tax(price integer) RETURNS integer LANGUAGE sql AS 'SELECT price * 16 / 100';
-- migration
CREATE OR REPLACE FUNCTION tax(price integer) RETURNS integer LANGUAGE sql AS 'SELECT price * 19 / 100';
CREATE OR REPLACE VIEW open_orders AS SELECT id, amount FROM orders WHERE status = 'open';
