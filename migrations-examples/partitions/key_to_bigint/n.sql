INSERT INTO readings (day, sensor, value) VALUES ('2026-01-05', {n} % 9, 1);
INSERT INTO readings (id, day, sensor, value) VALUES (1000000 + {n}, '2026-02-05', {n} % 9, 2);
UPDATE readings SET value = 3 WHERE id = 3;
UPDATE readings SET day = '2026-02-20' WHERE id = 5;
