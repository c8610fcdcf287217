CREATE TABLE events (id integer PRIMARY KEY, payload jsonb, note text);
CREATE INDEX events_payload_idx ON events (payload);
INSERT INTO events SELECT i, CASE WHEN i % 10 > 0 THEN jsonb_build_object('n', i, 'è', ARRAY[i, null]) END, 'ß' || i FROM generate_series(1, 900) AS i;
