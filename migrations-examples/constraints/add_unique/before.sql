CREATE TABLE users (id integer NOT NULL, email text, tenant integer NOT NULL DEFAULT 1);
INSERT INTO users SELECT i, CASE WHEN i % 3 > 0 THEN 'u' || i END, i % 5 FROM generate_series(1, 900) AS i;
