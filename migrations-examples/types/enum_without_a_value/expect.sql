SELECT role = 'ADMIN' FROM "User" WHERE id = 4;
SELECT granted = '{ADMIN,USER}' FROM "User" WHERE id = 7;
SELECT enum_range(NULL::"Role")::text = '{USER,ADMIN}';
SELECT count(DISTINCT role) = 2 FROM "User" WHERE id > 100000;
