CREATE TABLE p (id text PRIMARY KEY);
CREATE TABLE c (id int);
INSERT INTO p SELECT md5(n::text) FROM generate_series(1, 5) n;
