-- Operators that PostgreSQL takes for an untyped constant before its own, since both sides have one type.
CREATE FUNCTION trap(a jsonb, b jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$ BEGIN RAISE 'an operator of the application was taken'; END $$;
CREATE FUNCTION trap_text(a jsonb, b jsonb) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'an operator of the application was taken'; END $$;
CREATE FUNCTION trap_boolean(a jsonb, b jsonb) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'an operator of the application was taken'; END $$;
CREATE FUNCTION trap_name(a name, b name) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'an operator of the application was taken'; END $$;
CREATE OPERATOR - (LEFTARG = jsonb, RIGHTARG = jsonb, FUNCTION = trap);
CREATE OPERATOR -> (LEFTARG = jsonb, RIGHTARG = jsonb, FUNCTION = trap);
CREATE OPERATOR #> (LEFTARG = jsonb, RIGHTARG = jsonb, FUNCTION = trap);
CREATE OPERATOR ->> (LEFTARG = jsonb, RIGHTARG = jsonb, FUNCTION = trap_text);
CREATE OPERATOR #>> (LEFTARG = jsonb, RIGHTARG = jsonb, FUNCTION = trap_text);
CREATE OPERATOR ? (LEFTARG = jsonb, RIGHTARG = jsonb, FUNCTION = trap_boolean);
CREATE OPERATOR ~ (LEFTARG = name, RIGHTARG = name, FUNCTION = trap_name);
CREATE OPERATOR !~ (LEFTARG = name, RIGHTARG = name, FUNCTION = trap_name);
CREATE OPERATOR ~~ (LEFTARG = name, RIGHTARG = name, FUNCTION = trap_name);
CREATE OPERATOR !~~ (LEFTARG = name, RIGHTARG = name, FUNCTION = trap_name);

CREATE TABLE orders (id bigint PRIMARY KEY, amount integer, note text);
INSERT INTO orders SELECT g, g, 'n' FROM generate_series(1, 100) g;

-- Deferred until COMMIT, and found by the application's search_path alone.
CREATE FUNCTION positive(n bigint) RETURNS boolean LANGUAGE sql AS 'SELECT n > 0';
CREATE FUNCTION check_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT positive(NEW.id) THEN RAISE 'negative'; END IF;
  RETURN NEW;
END $$;
CREATE CONSTRAINT TRIGGER orders_id AFTER INSERT OR UPDATE ON orders DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION check_id();
