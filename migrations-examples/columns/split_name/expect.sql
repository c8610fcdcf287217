SELECT (first_name, last_name) = ('Olde', 'Worlde') FROM users WHERE id = 11;
SELECT (first_name, last_name) = ('Zoë', 'Married') FROM users WHERE id = 14;
SELECT first_name = 'Prince' AND last_name IS NULL FROM users WHERE id = 1;
SELECT last_name = 'Luc Picard' FROM users WHERE id = 3;
SELECT bool_and((first_name, coalesce(last_name, '-')) IN (('Old', 'Hand'), ('New', 'Hand'), ('Cher', '-'))) FROM users WHERE id > 100000;
