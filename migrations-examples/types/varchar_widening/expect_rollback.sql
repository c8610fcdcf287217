SELECT length(name) = 20 FROM users WHERE id = 1;
SELECT bio = 'b' FROM users WHERE id = 2;
