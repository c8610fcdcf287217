CREATE TABLE t (id int primary key, a int DEFAULT 3, b text); INSERT INTO t SELECT g,g,g::text FROM generate_series(1,50) g;
