INSERT INTO logs (line) VALUES ('old') RETURNING id;
UPDATE logs SET line = 'changed' WHERE id = 1;
DELETE FROM logs WHERE id = (SELECT min(id) FROM logs WHERE line = 'old');
INSERT INTO logs (id, line) VALUES ({n}, 'given') ON CONFLICT (id) DO NOTHING;
