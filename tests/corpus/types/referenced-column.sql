-- expect: change-type-rewrites
-- also: wide-lock-window
-- because: The referencing table is locked ACCESS EXCLUSIVE as well.
-- observed: ACCESS EXCLUSIVE on customers; ACCESS EXCLUSIVE on orders; scans orders; rewrites customers; builds customers_pkey
-- setup
CREATE TABLE customers (id integer PRIMARY KEY);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES customers (id));
-- migration
ALTER TABLE customers ALTER COLUMN id TYPE bigint;
