INSERT INTO events (id, "Cents") VALUES ({n}, {n});
UPDATE events SET "Cents" = 999, day = '2025-05-05' WHERE id = 11;
UPDATE events SET "Cents" = NULL, day = '2026-05-05' WHERE id = 12;
DELETE FROM events WHERE id = {n} - 10;
