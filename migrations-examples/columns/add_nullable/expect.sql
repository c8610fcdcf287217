SELECT phone = '110' FROM users WHERE id = 3;
SELECT bool_and((phone IS NULL) = (email = 'old')) FROM users WHERE id > 100000;
