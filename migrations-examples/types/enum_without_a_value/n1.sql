INSERT INTO "User" (id, role) VALUES ({n}, 'ADMIN');
UPDATE "User" SET granted = '{ADMIN,USER}' WHERE id = 7;
SELECT role::text, granted::text FROM "User" WHERE role = 'USER' AND id = 8;
