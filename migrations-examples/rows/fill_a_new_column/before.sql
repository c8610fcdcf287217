CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);
INSERT INTO users SELECT n, 'user' || n || '@Example.com' FROM generate_series(1, 500) n;
