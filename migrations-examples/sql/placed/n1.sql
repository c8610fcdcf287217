SELECT greet(name) FROM user_names WHERE id = 1;
UPDATE users SET name = 'y' WHERE id = 2;
