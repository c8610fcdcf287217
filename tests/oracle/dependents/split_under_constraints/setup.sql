CREATE TABLE "Cust" (id int PRIMARY KEY, "Full" text NOT NULL, CONSTRAINT "Uq" UNIQUE ("Full"), CONSTRAINT ck CHECK ("Full" <> ''));
INSERT INTO "Cust" VALUES (1, 'First Last');
CREATE INDEX "Cn" ON "Cust" ("Full");
