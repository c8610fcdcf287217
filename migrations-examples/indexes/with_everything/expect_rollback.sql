SELECT bool_and(tags = '["new"]') FROM users WHERE email LIKE 'New%';
