SELECT "Cents" = 777 FROM events WHERE id = 7;
SELECT "Cents" = 8 FROM events_2026_rest WHERE id = 8;
SELECT "Cents" = 999 FROM events_2025 WHERE id = 11;
SELECT bool_and("Cents" IN (id, 100)) FROM events WHERE id > 100000;
SELECT bool_and("Cents" = id) FROM events WHERE id <= 1500 AND id NOT IN (7, 9, 11, 12);
