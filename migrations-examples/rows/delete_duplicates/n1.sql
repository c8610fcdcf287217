SELECT count(*) FROM users WHERE email = 'user1';
