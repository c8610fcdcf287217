SELECT name = 'Olde Worlde' FROM users WHERE id = 11;
SELECT name = 'First14 Married' FROM people WHERE id = 14;
