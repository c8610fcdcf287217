CREATE TABLE a (id int PRIMARY KEY, n varchar(20), v int); CREATE TABLE b (id int PRIMARY KEY, a_id int, m numeric(8,2));
INSERT INTO a SELECT i, 'x'||i, i FROM generate_series(1,10) i; INSERT INTO b SELECT i, i, i FROM generate_series(1,10) i;
CREATE MATERIALIZED VIEW mv AS SELECT a.n, b.m, a.v FROM a JOIN b ON a.id=b.a_id;
CREATE MATERIALIZED VIEW empty AS SELECT n FROM a WITH NO DATA;
CREATE SCHEMA "Rep"; CREATE MATERIALIZED VIEW "Rep"."Mv" AS SELECT upper(n) AS "N" FROM a; CREATE INDEX "Ix" ON "Rep"."Mv" ("N");
