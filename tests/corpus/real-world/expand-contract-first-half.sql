-- expect: nothing
-- because: Each step is one that both releases can live with.
-- observed: ACCESS EXCLUSIVE on users
-- setup
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- migration
SET lock_timeout = '2s';
ALTER TABLE users ADD COLUMN full_name text;
CREATE OR REPLACE FUNCTION users_full_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.full_name := NEW.name;
    RETURN NEW;
END
$$;
CREATE TRIGGER users_full_name BEFORE INSERT OR UPDATE OF name ON users FOR EACH ROW EXECUTE FUNCTION users_full_name();
