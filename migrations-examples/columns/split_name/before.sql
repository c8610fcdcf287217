CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, seen integer NOT NULL DEFAULT 0);
INSERT INTO users SELECT i, (ARRAY['Ann Lee', 'Prince', 'Zoë O''Hara', 'Jean Luc Picard', '李 小龍', 'Ann  Two'])[1 + i % 6]
FROM generate_series(1, 1200) AS i;
