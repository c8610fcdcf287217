CREATE TABLE p (id text PRIMARY KEY);
INSERT INTO p SELECT md5(n::text) FROM generate_series(1, 5) n;
