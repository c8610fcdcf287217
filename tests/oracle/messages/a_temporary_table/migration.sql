CREATE TEMP TABLE some AS SELECT id FROM t WHERE id > 2;
UPDATE t SET b = 'z' FROM some WHERE some.id = t.id;
DROP TABLE some;
