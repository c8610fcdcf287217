INSERT INTO logs (line, level) VALUES ('new', 3) RETURNING id;
UPDATE logs SET level = 4 WHERE id = 2;
