SELECT full_name = 'renamed by old 3' FROM users WHERE id = 3;
SELECT full_name = 'renamed by new 4' FROM users WHERE id = 4;
SELECT full_name = 'Zoë 🦊' FROM users WHERE id = 9;
SELECT bool_and(full_name = replace(split_part(email, '@', 1), 'old', 'old ')) FROM users WHERE email LIKE 'old%';
SELECT bool_and(full_name = replace(split_part(email, '@', 1), 'new', 'new ')) FROM users WHERE email LIKE 'new%';
SELECT bool_and(full_name = 'nobody') FROM users WHERE email LIKE 'none%';
