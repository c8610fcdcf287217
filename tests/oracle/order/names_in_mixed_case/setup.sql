CREATE TABLE "Tab le" ("Id" int primary key, "Val" int); INSERT INTO "Tab le" SELECT g,g FROM generate_series(1,20) g; CREATE INDEX "Ix" ON "Tab le" ("Val");
