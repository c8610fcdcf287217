CREATE TABLE t (id integer PRIMARY KEY, a integer);
INSERT INTO t SELECT n, n FROM generate_series(1, 50) n;
CREATE TABLE "U" ("Id" bigint NOT NULL, a integer);
INSERT INTO "U" SELECT n, n FROM generate_series(1, 50) n;
CREATE TABLE v (id bigint, a integer);
INSERT INTO v SELECT n, n FROM generate_series(1, 50) n;
