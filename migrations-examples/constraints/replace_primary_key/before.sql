CREATE TABLE users (id integer PRIMARY KEY, email text);
INSERT INTO users SELECT n, n || '@example.com' FROM generate_series(1, 300) n;
CREATE TABLE orders (number integer PRIMARY KEY, user_id integer NOT NULL CONSTRAINT orders_user REFERENCES users);
INSERT INTO orders SELECT n, n % 300 + 1 FROM generate_series(1, 600) n;
