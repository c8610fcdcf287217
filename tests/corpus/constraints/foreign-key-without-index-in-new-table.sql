-- expect: advice:foreign-key-missing-index, advice:foreign-key-locks-parent
-- because: The key of the table begins with another column, so it doesn't serve the foreign key.
-- observed: SHARE ROW EXCLUSIVE on customers
-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
-- migration
CREATE TABLE visits (
    id bigint NOT NULL,
    customer_id bigint NOT NULL REFERENCES customers (id),
    PRIMARY KEY (id, customer_id)
);
