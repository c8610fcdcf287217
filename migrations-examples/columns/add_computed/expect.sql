SELECT bool_and(email_key = lower(coalesce(email, ''))) FROM users WHERE email IS DISTINCT FROM 'x';
SELECT email_key = 'changed' FROM users WHERE id = 1;
SELECT email_key = 'both' FROM users WHERE id = 3;
SELECT email_key = '' FROM users WHERE id = 4;
