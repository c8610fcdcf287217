INSERT INTO accounts VALUES ({n}, 0);
UPDATE accounts SET balance = balance + 1 WHERE id = 1;
UPDATE accounts SET balance = 0 WHERE id = 3;
