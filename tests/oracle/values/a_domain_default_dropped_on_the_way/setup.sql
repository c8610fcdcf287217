CREATE DOMAIN "Label" AS text DEFAULT 'n/a';
CREATE TABLE "T" (id integer PRIMARY KEY, "Name" varchar(50) DEFAULT 'old', b varchar(5) DEFAULT 'b');
INSERT INTO "T" SELECT n, nullif('n' || n, 'n3') FROM generate_series(1, 20) n;
