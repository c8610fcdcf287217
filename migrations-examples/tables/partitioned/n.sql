INSERT INTO events (id, created, kind, source, actor) VALUES ({n}, '2025-03-01', 'click', 'app', 1);
UPDATE events SET kind = 'view' WHERE id = 4;
UPDATE events SET created = '2026-02-02' WHERE id = 5;
INSERT INTO events (id, source, actor) VALUES ({n}, 'app', 2);
SELECT count(source) FROM events WHERE kind = 'view';
