CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL);
INSERT INTO users SELECT i, 'é''' || i || '@example.com' FROM generate_series(1, 500) AS i;
