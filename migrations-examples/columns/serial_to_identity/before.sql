CREATE TABLE tickets (id serial PRIMARY KEY, title text);
INSERT INTO tickets (title) SELECT 'ticket ' || n FROM generate_series(1, 900) n;
