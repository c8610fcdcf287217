CREATE TABLE orders (id int PRIMARY KEY, amount int, placed date, status text); CREATE INDEX si ON orders (status) WHERE amount > 0; INSERT INTO orders VALUES (1,2,'2026-01-01','x');
