CREATE TYPE mood AS ENUM ($$a$$,$$b$$);
CREATE TABLE t (id int primary key, m mood DEFAULT $$a$$);
INSERT INTO t VALUES (1,$$a$$);

