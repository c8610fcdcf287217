-- expect: add-check-scans, long-work-under-lock
-- also: update-all-rows
-- because: sqlx sends the file as one query string: one transaction, so the UPDATE runs under the ALTER's lock.
-- transaction: batch
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
-- Add migration script here
alter table orders add column currency text not null default 'EUR';
update orders set currency = 'USD' where note like '%$%';
alter table orders add constraint currency_known check (currency in ('EUR', 'USD'));
