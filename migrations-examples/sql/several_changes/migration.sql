-- Several changes in one file: two columns that share an index and a check, a new table, a new column, a constraint.
BEGIN;
CREATE TABLE roles (id integer PRIMARY KEY, title text NOT NULL UNIQUE);
ALTER TABLE members ALTER COLUMN team_id TYPE bigint, ALTER COLUMN rank TYPE bigint;
ALTER TABLE members RENAME COLUMN note TO remark;
ALTER TABLE members ADD COLUMN role_id integer REFERENCES roles (id);
ALTER TABLE members ADD CONSTRAINT since_is_recent CHECK (since > '2000-01-01');
CREATE INDEX members_since_idx ON members (since);
ALTER TABLE teams ALTER COLUMN title SET DEFAULT 'untitled';
COMMIT;
