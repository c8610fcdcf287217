CREATE TABLE t (id integer PRIMARY KEY, a integer, "B" integer GENERATED ALWAYS AS (a * 2) STORED, c text GENERATED ALWAYS AS ('c' || id) STORED);
INSERT INTO t SELECT n, n FROM generate_series(1, 50) n;
CREATE INDEX ON t ("B");
CREATE TABLE "U" ("Id" integer PRIMARY KEY, "First" text, "Last" text);
INSERT INTO "U" SELECT n, 'f' || n, nullif('l' || n % 3, 'l0') FROM generate_series(1, 50) n;
