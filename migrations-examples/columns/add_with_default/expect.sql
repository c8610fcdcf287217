SELECT plan = 'gold' FROM users WHERE id = 3;
SELECT bool_and(plan = 'it''s "free"') FROM users WHERE email = 'old' OR id BETWEEN 5 AND 500;
