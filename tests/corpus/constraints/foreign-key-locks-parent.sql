-- expect: advice:foreign-key-locks-parent
-- because: CREATE TABLE with a foreign key takes SHARE ROW EXCLUSIVE on the referenced table.
-- observed: SHARE ROW EXCLUSIVE on customers
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
-- migration
CREATE TABLE addresses (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers);
CREATE INDEX addresses_customer_id_idx ON addresses (customer_id);
