-- expect: set-not-null-scans
-- because: The word COLUMN may be left out.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on orders; scans orders
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
-- +goose Up
alter table only public.orders alter status set not null;
