UPDATE t SET v = v + 1;
DELETE FROM t WHERE v % 2 = 0;
