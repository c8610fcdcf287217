UPDATE accounts SET balance = balance + 10 WHERE id = 2;
SELECT count(*) FROM account_history WHERE account_id = 1;
