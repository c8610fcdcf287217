CREATE TABLE accounts (id integer PRIMARY KEY, balance integer NOT NULL);
CREATE TABLE payments (id integer PRIMARY KEY, cents integer NOT NULL, note text, changed timestamp);
INSERT INTO accounts VALUES (1, 0);
INSERT INTO payments SELECT n, 100, 'n', '2026-01-01' FROM generate_series(1, 50) n;
CREATE FUNCTION book() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE accounts SET balance = balance + 1; RETURN NEW; END';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.changed := now(); RETURN NEW; END';
CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'append only'; END$$;
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION touch();
