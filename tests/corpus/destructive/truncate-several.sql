-- expect: truncate-table
-- also: wide-lock-window
-- because: The word TABLE may be left out, and several may be emptied at once.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on orders; ACCESS EXCLUSIVE on users; rewrites orders; rewrites users
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
truncate orders, only users restart identity;
