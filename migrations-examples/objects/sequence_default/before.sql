CREATE TABLE tickets (id integer PRIMARY KEY, subject text NOT NULL);
INSERT INTO tickets SELECT i, 'é' || i FROM generate_series(1, 600) AS i;
