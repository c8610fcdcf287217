INSERT INTO roles (name) VALUES ('c'), ('d');
UPDATE t SET v = v + 1 WHERE id > 10;
