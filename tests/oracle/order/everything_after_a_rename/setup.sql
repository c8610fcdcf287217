CREATE TABLE t (id int primary key, a int DEFAULT 3);
COMMENT ON COLUMN t.a IS 'x';
INSERT INTO t SELECT g,g FROM generate_series(1,50) g;

