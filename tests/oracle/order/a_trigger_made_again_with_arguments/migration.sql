DROP TRIGGER words ON t;
ALTER TABLE t RENAME COLUMN title TO headline;
CREATE TRIGGER words BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger(tsv, 'pg_catalog.english', headline, body);
