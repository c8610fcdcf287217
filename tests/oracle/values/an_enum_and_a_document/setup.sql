CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (id integer PRIMARY KEY, mood mood, word text, tags text);
INSERT INTO t SELECT n, 'ok', 'sad', 'a,b' FROM generate_series(1, 5) n;
