CREATE TABLE notes (id int PRIMARY KEY, post int, comment int, ban int, CONSTRAINT one CHECK (num_nonnulls(post, comment, ban) = 1));
INSERT INTO notes SELECT n, CASE n % 3 WHEN 0 THEN n END, CASE n % 3 WHEN 1 THEN n END, CASE n % 3 WHEN 2 THEN n END FROM generate_series(1, 30) n;
CREATE TABLE log (id int PRIMARY KEY);
