-- expect: wide-lock-window
-- because: The runner's transaction holds both.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on orders; ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
-- migration
ALTER TABLE "users" ADD COLUMN "deleted_at" timestamptz;
ALTER TABLE "orders" ADD COLUMN "deleted_at" timestamptz;
