UPDATE t SET v = v + 1;
-- midflight: phase backfill
DELETE FROM t WHERE v % 2 = 0;
