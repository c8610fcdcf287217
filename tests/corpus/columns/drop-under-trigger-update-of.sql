-- expect: column-has-dependents
-- also: drop-column
-- because: UPDATE OF names the column, and that is enough.
-- observed: fails 2BP01
-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, amount int, state text, day date, note varchar(50));
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER t AFTER INSERT OR UPDATE OF state, note ON orders FOR EACH ROW EXECUTE FUNCTION f();
-- migration
ALTER TABLE orders DROP COLUMN note;
