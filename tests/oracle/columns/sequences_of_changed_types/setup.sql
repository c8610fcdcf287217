CREATE TABLE t (id serial PRIMARY KEY, a integer);
INSERT INTO t (a) SELECT n FROM generate_series(1, 50) n;
CREATE TABLE u ("Id" integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a integer);
INSERT INTO u (a) SELECT n FROM generate_series(1, 50) n;
CREATE TABLE v (id integer PRIMARY KEY, o smallserial NOT NULL);
INSERT INTO v VALUES (1), (2);
CREATE TABLE w (id serial PRIMARY KEY);
INSERT INTO w SELECT n FROM generate_series(1, 50) n;
