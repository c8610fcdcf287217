-- expect: add-column-constrained-domain
-- because: Even NULL in every row is checked against the domain, in a rewrite.
-- observed: ACCESS EXCLUSIVE on users; rewrites users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
CREATE DOMAIN email_address AS text CHECK (VALUE LIKE '%@%');
ALTER TABLE users ADD COLUMN backup_email email_address;
