WITH w AS (SELECT id FROM t WHERE b = 2) UPDATE t SET a = 'w' FROM w WHERE w.id = t.id;
