ALTER TABLE t ADD COLUMN v int;
UPDATE t SET v = (SELECT o.v FROM o WHERE o.id = t.id);
