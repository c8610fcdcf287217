INSERT INTO events (id, payload) VALUES ({n}, '{"by":   "new"}');
UPDATE events SET payload = '[1,2]' WHERE id = 2;
SELECT length(payload::text) FROM events WHERE id = 1;
