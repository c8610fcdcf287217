-- expect: column-has-dependents
-- because: a recursive view
-- observed: fails 0A000
-- setup
CREATE TABLE nodes (id int PRIMARY KEY, parent int, label varchar(9));
CREATE VIEW tree AS WITH RECURSIVE t AS (SELECT id, label FROM nodes WHERE parent IS NULL UNION ALL SELECT n.id, n.label FROM nodes n JOIN t ON n.parent = t.id) SELECT * FROM t;
-- migration
ALTER TABLE nodes ALTER COLUMN label TYPE text;
