INSERT INTO roles (id, name) VALUES (2, 'b'), (3, 'c');
UPDATE roles SET name = 'B' WHERE id = 2;
DELETE FROM roles WHERE id = 3;
INSERT INTO roles VALUES (3, 'd');
