-- expect: add-column-volatile-default
-- because: timeofday() is volatile, though it looks like the stable current time.
-- observed: ACCESS EXCLUSIVE on users; rewrites users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE public.users ADD seen_at text DEFAULT timeofday();
