CREATE TABLE orders (id int PRIMARY KEY, amount int); INSERT INTO orders VALUES (1,1);
