CREATE TABLE t (id int PRIMARY KEY, title text, body text, tsv tsvector);
CREATE TRIGGER words BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger(tsv, 'pg_catalog.english', title, body);
INSERT INTO t (id, title, body) SELECT n, 't' || n, 'b' FROM generate_series(1, 5) n;
