CREATE TABLE orders (id bigint PRIMARY KEY, user_id int); INSERT INTO orders VALUES (1,1);
