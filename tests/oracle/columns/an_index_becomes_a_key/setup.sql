CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer);
INSERT INTO t SELECT n, n, n FROM generate_series(1, 50) n;
CREATE UNIQUE INDEX "U" ON t (a);
CREATE UNIQUE INDEX k ON t (b) INCLUDE (a);
COMMENT ON INDEX k IS 'kept';
