-- expect: nothing
-- because: Only the body of its function names the column.
-- observed: ACCESS EXCLUSIVE on orders
-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, amount int, state text, day date, note varchar(50));
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := 'x'; RETURN NEW; END $$;
CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION f();
-- migration
ALTER TABLE orders ALTER COLUMN note TYPE text;
