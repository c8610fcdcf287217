SELECT (first_name, last_name) = ('Olde', 'Worlde') FROM users WHERE id = 11;
SELECT (first_name, last_name) = ('First14', 'Married') FROM users WHERE id = 14;
SELECT name = 'First16 Last16' FROM people WHERE id = 16;
