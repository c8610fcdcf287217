CREATE TABLE events (id int PRIMARY KEY, n int, "When" date);
INSERT INTO events SELECT g, g, NULL FROM generate_series(1, 20) AS g;
ALTER TABLE events ADD CONSTRAINT "Known" CHECK ("When" IS NOT NULL) NOT VALID;
