CREATE TABLE t (id int primary key, a int NOT NULL);
INSERT INTO t SELECT g,g FROM generate_series(1,50) g;

