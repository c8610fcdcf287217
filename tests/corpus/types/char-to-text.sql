-- expect: change-type-rewrites
-- because: char(n) stores its blanks, text does not: a rewrite though it looks like a widening.
-- observed: ACCESS EXCLUSIVE on countries; rewrites countries; builds countries_pkey
-- setup
CREATE TABLE countries (code char(2) PRIMARY KEY, name text);
INSERT INTO countries SELECT chr(65 + n / 26) || chr(65 + n % 26), 'x' FROM generate_series(0, 600) n;
-- migration
ALTER TABLE countries ALTER COLUMN code TYPE text;
