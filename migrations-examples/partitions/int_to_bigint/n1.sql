INSERT INTO events (id, amount) VALUES ({n}, {n}::bigint);
UPDATE events SET amount = 999, day = '2025-05-05' WHERE id = 11;
DELETE FROM events WHERE id = {n} - 10;
