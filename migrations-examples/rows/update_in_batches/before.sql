CREATE TABLE users (id bigint PRIMARY KEY, country text, logins integer NOT NULL DEFAULT 0);
INSERT INTO users SELECT n, CASE WHEN n % 3 = 0 THEN 'DE' ELSE 'FR' END, n FROM generate_series(1, 900) n;
