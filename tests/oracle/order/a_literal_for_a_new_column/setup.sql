CREATE TABLE orders (id int PRIMARY KEY, amount int);
INSERT INTO orders SELECT n, n FROM generate_series(1, 30) n;
