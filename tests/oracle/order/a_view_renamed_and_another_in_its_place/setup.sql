CREATE TABLE t (id int primary key);
CREATE VIEW v AS SELECT id FROM t;

