CREATE TABLE "T" ("Id" integer PRIMARY KEY, "Code" integer NOT NULL, p integer REFERENCES "T");
INSERT INTO "T" SELECT n, n * 2, 1 FROM generate_series(1, 50) n;
CREATE TABLE c (x integer REFERENCES "T" ON DELETE CASCADE, y integer);
INSERT INTO c VALUES (1, 2), (2, 4);
