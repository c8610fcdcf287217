INSERT INTO old_logins (user_id) VALUES (1);
UPDATE users SET name = 'x' WHERE id = 1;
