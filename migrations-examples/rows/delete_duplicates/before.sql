CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);
INSERT INTO users SELECT n, 'user' || n % 250 FROM generate_series(1, 500) n;
