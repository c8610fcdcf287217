-- expect: nothing
-- because: Without a default all values are NULL: nothing is read, and the locks last but a moment.
-- observed: ACCESS EXCLUSIVE on orders; SHARE ROW EXCLUSIVE on customers
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
-- migration
ALTER TABLE orders ADD COLUMN seller_id bigint REFERENCES customers (id);
