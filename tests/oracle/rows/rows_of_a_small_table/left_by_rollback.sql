INSERT INTO roles (id, name) VALUES (2, 'b'), (3, 'c');
UPDATE roles SET name = 'B' WHERE id = 2;
