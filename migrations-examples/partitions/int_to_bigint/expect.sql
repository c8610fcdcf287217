SELECT amount = 777 FROM events WHERE id = 7;
SELECT amount = 8 FROM events_2026_rest WHERE id = 8;
SELECT amount = 999 FROM events_2025 WHERE id = 11;
SELECT bool_and(amount IN (id, 100)) FROM events WHERE id > 100000;
SELECT bool_and(amount = id) FROM events WHERE id <= 1500 AND id NOT IN (7, 9, 11);
