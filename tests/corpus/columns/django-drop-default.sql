-- expect: drop-default, transaction-control
-- because: The default lets the old release insert; dropping it at once takes that away again.
-- transaction: file
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
BEGIN;
--
-- Add field priority to order
--
ALTER TABLE "orders" ADD COLUMN "priority" integer DEFAULT 0 NOT NULL;
ALTER TABLE "orders" ALTER COLUMN "priority" DROP DEFAULT;
COMMIT;
