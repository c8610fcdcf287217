-- expect: table-storage-rewrite
-- because: Another access method is another file format.
-- pg: 15
-- observed: ACCESS EXCLUSIVE on orders; rewrites orders
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler;
-- migration
ALTER TABLE orders SET ACCESS METHOD heap_too;
