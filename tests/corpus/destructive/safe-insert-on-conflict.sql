-- expect: nothing
-- because: Seed rows written one by one.
-- observed: ROW EXCLUSIVE on customers
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
-- migration
INSERT INTO customers (id, name) VALUES (900001, 'house'), (900002, 'guest') ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name;
