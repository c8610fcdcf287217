CREATE TABLE t (id int PRIMARY KEY, a varchar(5), b text, c text, d varchar(5) COMPRESSION pglz);
ALTER TABLE t ALTER a SET STORAGE external, ALTER b SET STORAGE external, ALTER c SET STORAGE external;
INSERT INTO t VALUES (1, 'abc', 'abc', 'abc', 'abc');
