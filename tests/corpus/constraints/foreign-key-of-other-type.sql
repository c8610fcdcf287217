-- expect: advice:foreign-key-type-mismatch
-- because: Values beyond integer can be referenced by nobody.
-- observed: SHARE ROW EXCLUSIVE on customers
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
-- migration
CREATE TABLE reviews (id bigint PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers (id));
CREATE INDEX reviews_customer_id_idx ON reviews (customer_id);
