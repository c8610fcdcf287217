SELECT legacy = 'changed' FROM users WHERE id = 1;
SELECT email = 'x' AND legacy IS NULL FROM users WHERE id = 3;
SELECT bool_and(legacy IS NULL) FROM users WHERE email = 'new';
