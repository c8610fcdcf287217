CREATE TABLE p (id uuid PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, u text);
INSERT INTO p SELECT md5(n::text)::uuid FROM generate_series(1, 19) n;
INSERT INTO t SELECT n, md5(n::text) FROM generate_series(1, 20) n;
