INSERT INTO events (id, kind, actor, weight, note) VALUES ({n}, 'buy', 3, 5, 'New');
UPDATE events SET weight = 2, note = 'Changed' WHERE id = 6;
DELETE FROM events WHERE id = 7;
