-- expect: unterminated-transaction
-- because: The COMMIT is a comment.
-- observed: ACCESS EXCLUSIVE on orders
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
begin transaction isolation level read committed;
alter table orders add column region text;
-- commit;
