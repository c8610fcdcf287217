SELECT name = 'renamed by old 3' FROM users WHERE id = 3;
SELECT name = 'renamed by new 4' FROM users WHERE id = 4;
SELECT count(*) > 0 AND bool_and(name = replace(split_part(email, '@', 1), 'old', 'old ')) FROM users WHERE email LIKE 'old%';
SELECT count(*) > 0 AND bool_and(name = replace(split_part(email, '@', 1), 'new', 'new ')) FROM users WHERE email LIKE 'new%';
SELECT bool_and(name = 'nobody') FROM users WHERE email LIKE 'none%';
