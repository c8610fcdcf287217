SELECT count(*) = 250 FROM users;
