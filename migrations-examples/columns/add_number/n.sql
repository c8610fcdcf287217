INSERT INTO notes (body, author) VALUES ('old {n}', 'n');
UPDATE notes SET author = 'x' WHERE body = 'note 5';
