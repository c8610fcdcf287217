UPDATE users SET domain = 'new.org' WHERE id = 8;
