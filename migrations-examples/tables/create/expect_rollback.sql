SELECT name = 'y' FROM users WHERE id = 2;
SELECT to_regclass('invoices') IS NULL;
