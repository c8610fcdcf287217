CREATE TABLE users (id integer PRIMARY KEY, name text);
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer, note text);
INSERT INTO users SELECT i, 'ñ' || i FROM generate_series(1, 300) AS i;
INSERT INTO orders SELECT i, nullif(i % 300, 0), NULL FROM generate_series(1, 900) AS i;
