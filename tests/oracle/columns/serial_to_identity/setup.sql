CREATE TABLE t (id serial PRIMARY KEY, a integer);
INSERT INTO t (a) SELECT n FROM generate_series(1, 50) n;
CREATE SCHEMA "Sales";
CREATE TABLE "Sales"."Lines" ("Id" bigserial, a integer);
INSERT INTO "Sales"."Lines" (a) SELECT n FROM generate_series(1, 50) n;
