SELECT note = 'old' FROM customers WHERE id = 7;
SELECT note = 'new' FROM customers WHERE id = 9;
SELECT note = 'twice' FROM customers WHERE email = '8@example.com';
SELECT count(*) > 0 FROM customers WHERE "Full Name" LIKE 'new %' AND note = 'none';
