SELECT email = 'unknown-1' FROM users WHERE id = 1;
SELECT email = 'given' FROM users WHERE id = 2;
SELECT email = 'unknown-3' FROM users WHERE id = 3;
SELECT bool_and(email IN ('old' || id, 'new' || id, 'unknown-' || id)) FROM users WHERE id > 100000;
