-- expect: index-build-blocks-writes
-- because: A unique index is built under SHARE like any other; keywords have no case.
-- observed: SHARE on users; builds users_email_idx
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
create unique index users_email_idx
    on public.users using btree (lower(email));
