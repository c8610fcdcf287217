CREATE SCHEMA "My shop";
CREATE TABLE "My shop"."Orders" (id int PRIMARY KEY, "Amount" int NOT NULL, note varchar(20));
INSERT INTO "My shop"."Orders" SELECT g, g, 'n' || g FROM generate_series(1, 50) AS g;
CREATE PUBLICATION "Changes" FOR TABLE "My shop"."Orders";
CREATE PUBLICATION inserts FOR TABLE "My shop"."Orders" WHERE (id > 5) WITH (publish = 'insert');
