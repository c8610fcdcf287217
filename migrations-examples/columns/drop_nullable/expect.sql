SELECT count(*) >= 500 FROM users;
