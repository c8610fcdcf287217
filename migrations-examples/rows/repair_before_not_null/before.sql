CREATE TABLE users (id bigint PRIMARY KEY, country text DEFAULT 'FR');
INSERT INTO users SELECT n, CASE WHEN n % 3 = 0 THEN 'DE' END FROM generate_series(1, 900) n;
