SELECT count(*) > 0 FROM account_history WHERE account_id = 1;
SELECT max(h.balance) + 10 = max(a.balance) FROM account_history h JOIN accounts a ON a.id = h.account_id WHERE a.id = 2;
SELECT count(*) = 0 FROM account_history WHERE account_id = 3;
