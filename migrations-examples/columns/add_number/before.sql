CREATE TABLE notes (body text NOT NULL, author text);
INSERT INTO notes SELECT 'note ' || n, 'a' || n % 7 FROM generate_series(1, 900) n;
