INSERT INTO events (id, payload) VALUES ({n}, '{"by": "old"}');
UPDATE events SET payload = payload || jsonb_build_object('n', 0) WHERE id = 1;
UPDATE events SET note = 'x' WHERE id = 3;
SELECT payload ->> 'by' FROM events WHERE id = 2;
