CREATE TABLE "Orders" (id int PRIMARY KEY, note text);
CREATE INDEX by_note ON "Orders" (note);
INSERT INTO "Orders" SELECT g, 'n' || g FROM generate_series(1, 20) AS g;
