-- expect: advice:foreign-key-locks-parent
-- also: foreign-key-missing-index, wide-lock-window
-- because: The runner holds the lock on the referenced table until the file ends.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on notes; SHARE ROW EXCLUSIVE on customers; SHARE ROW EXCLUSIVE on orders
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);
CREATE TABLE notes (id bigint PRIMARY KEY, body text);
-- migration
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
ALTER TABLE notes ADD COLUMN written_by text;
