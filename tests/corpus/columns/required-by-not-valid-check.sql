-- expect: required-by-constraint
-- because: NOT VALID spares the old rows only: what the old release inserts has NULL there and is refused.
-- observed: ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE users ADD COLUMN plan text;
ALTER TABLE users ADD CONSTRAINT users_plan_not_null CHECK (plan IS NOT NULL) NOT VALID;
