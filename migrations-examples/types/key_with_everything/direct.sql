-- PostgreSQL refuses the plain statement: views, policy and trigger have to go first and be recreated by hand; and it
-- forgets the collation unless told.
DROP VIEW bigger_parts;
DROP VIEW big_parts;
DROP POLICY parts_visible ON parts;
DROP TRIGGER parts_code_changed ON parts;
ALTER TABLE parts ALTER COLUMN code TYPE varchar(12) COLLATE "C";
CREATE POLICY parts_visible ON parts FOR SELECT TO parts_reader_role USING (code <> 'hidden');
CREATE TRIGGER parts_code_changed AFTER UPDATE OF code ON parts FOR EACH ROW WHEN (old.code IS DISTINCT FROM new.code) EXECUTE FUNCTION parts_touched();
CREATE VIEW big_parts WITH (security_barrier = true) AS SELECT code, size FROM parts WHERE size > 10;
CREATE VIEW bigger_parts AS SELECT code || '!' AS loud, size FROM big_parts WHERE size > 20;
GRANT SELECT ON big_parts TO parts_reader_role;
COMMENT ON VIEW big_parts IS 'what is big';
COMMENT ON COLUMN big_parts.code IS 'see parts';
