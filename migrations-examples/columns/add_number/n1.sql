INSERT INTO notes (body, author) VALUES ('new {n}', 'n1');
UPDATE notes SET author = 'y' WHERE body = 'note 6';
