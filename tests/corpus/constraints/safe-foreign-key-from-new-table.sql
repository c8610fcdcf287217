-- expect: nothing
-- because: The referencing table is empty: nothing to read, and the parent is locked for a moment.
-- observed: SHARE ROW EXCLUSIVE on customers
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
-- migration
CREATE TABLE addresses (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
CREATE INDEX addresses_customer_id_idx ON addresses (customer_id);
ALTER TABLE addresses ADD CONSTRAINT addresses_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id);
