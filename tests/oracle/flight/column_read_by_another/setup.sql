CREATE TABLE "Users" (id int PRIMARY KEY, "E-mail" text);
INSERT INTO "Users" SELECT g, 'u' || g || '@x.org' FROM generate_series(1, 3) AS g;
