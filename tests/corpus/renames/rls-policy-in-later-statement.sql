-- expect: enable-rls-without-policy
-- because: Until the policy is there, in a transaction of its own, everyone but the owner sees no row.
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
alter table public.orders enable row level security;
create policy orders_open on public.orders using (status <> 'secret');
