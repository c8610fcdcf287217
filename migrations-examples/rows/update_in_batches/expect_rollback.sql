SELECT count(*) = 900 FROM users;
