SELECT note = 'old' FROM clients WHERE id = 7;
SELECT note = 'new' FROM clients WHERE id = 9;
SELECT note = 'twice' FROM clients WHERE email = '8@example.com';
SELECT count(*) > 0 FROM clients WHERE "Full Name" LIKE 'new %' AND note = 'none';
