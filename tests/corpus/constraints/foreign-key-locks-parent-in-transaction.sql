-- expect: advice:foreign-key-locks-parent
-- also: foreign-key-missing-index, wide-lock-window
-- because: The referenced table stays locked in SHARE ROW EXCLUSIVE while the transaction waits for another table.
-- observed: ACCESS EXCLUSIVE on orders; SHARE ROW EXCLUSIVE on customers
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);
CREATE TABLE notes (id bigint PRIMARY KEY, body text);
-- migration
BEGIN;
CREATE TABLE addresses (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers);
ALTER TABLE orders ADD COLUMN address_id bigint;
COMMIT;
