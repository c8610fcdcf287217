CREATE TABLE clients (id int PRIMARY KEY, email text, "Age" int, CONSTRAINT "Grown Up" CHECK ("Age" > 0));
INSERT INTO clients SELECT g, 'c' || g, g FROM generate_series(1, 20) AS g;
