SELECT bool_and(id % 5 = 0) FROM accounts;
SELECT count(*) = count(DISTINCT id) AND count(*) > 300 FROM accounts;
SELECT NOT EXISTS (SELECT FROM entries e WHERE NOT EXISTS (SELECT FROM accounts a WHERE a.id = e.account));
SELECT name = 'first' FROM accounts WHERE id = 10;
