-- expect: nothing
-- because: The default fills what the old release leaves out.
-- observed: ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
ALTER TABLE users ADD COLUMN plan text DEFAULT 'free';
ALTER TABLE users ADD CONSTRAINT users_plan_given CHECK (plan IS NOT NULL) NOT VALID;
