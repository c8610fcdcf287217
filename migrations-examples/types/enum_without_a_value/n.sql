INSERT INTO "User" (id, granted) VALUES ({n}, '{USER,ADMIN}');
UPDATE "User" SET role = 'ADMIN' WHERE id = 4;
UPDATE "User" SET name = 'x' WHERE id = 5;
SELECT count(*) FROM "User" WHERE role = 'ADMIN' AND id < 10;
