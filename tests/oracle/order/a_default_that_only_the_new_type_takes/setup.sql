CREATE TABLE t (id int primary key, a varchar(5) DEFAULT 'ab'); INSERT INTO t VALUES (1,'x');
