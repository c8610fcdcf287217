-- expect: set-not-null-scans, update-all-rows
-- also: long-work-under-lock, required-by-constraint
-- because: The usual three steps in one transaction: every row written and then read under ACCESS EXCLUSIVE.
-- observed: ACCESS EXCLUSIVE on users; ROW EXCLUSIVE on alembic_version; scans users
-- setup
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
BEGIN;

-- Running upgrade 3f2a -> 9c1d

ALTER TABLE users ADD COLUMN active BOOLEAN;

UPDATE users SET active=true;

ALTER TABLE users ALTER COLUMN active SET NOT NULL;

UPDATE alembic_version SET version_num='9c1d' WHERE alembic_version.version_num = '3f2a';

COMMIT;
