INSERT INTO readings (day, sensor, value) VALUES ('2027-01-05', {n} % 9, 4);
UPDATE readings SET day = '2026-01-20', value = 5 WHERE id = 6;
