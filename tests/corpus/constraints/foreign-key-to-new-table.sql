-- expect: add-foreign-key-scans
-- because: The parent is new, the referencing table is not: it is read, and its values are not there yet.
-- observed: SHARE ROW EXCLUSIVE on orders; scans orders
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
-- migration
CREATE TABLE regions (id bigint PRIMARY KEY);
INSERT INTO regions SELECT generate_series(1, 5000);
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES regions (id);
