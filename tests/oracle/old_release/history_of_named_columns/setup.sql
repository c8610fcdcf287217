CREATE TABLE su (id bigint PRIMARY KEY, amount integer, note text);
CREATE TABLE su_history (LIKE su);
INSERT INTO su SELECT n, n, 'n' FROM generate_series(1, 50) n;
CREATE FUNCTION whole() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO su_history SELECT NEW.*; RETURN NEW; END';
CREATE FUNCTION named() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO su_history (id, amount, note) VALUES (NEW.id, NEW.amount, NEW.note); RETURN NEW; END';
CREATE TRIGGER named AFTER INSERT OR UPDATE ON su FOR EACH ROW EXECUTE FUNCTION named();
