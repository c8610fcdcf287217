CREATE TABLE logs (id serial PRIMARY KEY, parent integer REFERENCES logs ON DELETE SET NULL, line text);
DROP TABLE logs;
CREATE TABLE logs (id serial CONSTRAINT logs_key PRIMARY KEY, line text NOT NULL, level smallint);
COMMENT ON CONSTRAINT logs_key ON logs IS 'the key';
INSERT INTO logs (line, level) SELECT 'line ' || i, nullif(i % 4, 0) FROM generate_series(1, 1500) AS i;
