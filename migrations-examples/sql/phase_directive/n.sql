SELECT count(*) FROM old_names;
UPDATE users SET name = 'x' WHERE id = 1;
