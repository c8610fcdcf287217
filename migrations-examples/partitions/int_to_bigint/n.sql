INSERT INTO events (id, day, amount) VALUES ({n}, '2025-03-01', {n});
INSERT INTO events (id) VALUES ({n});
UPDATE events SET amount = 777 WHERE id = 7;
UPDATE events SET day = '2026-02-02' WHERE id = 8;
UPDATE events SET day = date '2026-01-01' + (amount % 2) - 1, amount = amount + 1 WHERE id = 9;
SELECT sum(amount) FROM events WHERE amount > 1000;
