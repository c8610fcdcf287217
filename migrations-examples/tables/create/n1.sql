INSERT INTO invoices (user_id, total) VALUES (7, 119);
UPDATE users SET name = 'y' WHERE id = 2;
SELECT count(*) FROM invoices JOIN users ON users.id = user_id;
