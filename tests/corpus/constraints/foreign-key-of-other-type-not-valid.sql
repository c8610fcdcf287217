-- expect: advice:foreign-key-type-mismatch
-- because: Customers beyond 32767 can be referenced by nobody.
-- observed: fails 42804
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
CREATE TABLE reviews (id bigint PRIMARY KEY, customer_id smallint);
CREATE INDEX reviews_customer_id_idx ON reviews (customer_id);
-- migration
ALTER TABLE reviews ADD CONSTRAINT reviews_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
