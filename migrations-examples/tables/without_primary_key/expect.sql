SELECT bool_and(value = 7) AND count(*) > 5 FROM readings WHERE device = 's3' AND at < '2026-01-01 00:02';
SELECT count(*) = 50 AND bool_and(value = 'NaN') FROM readings WHERE device = 'twin';
SELECT count(*) > 0 AND bool_and(value = 2.5) FROM readings WHERE device = 'new';
SELECT device = 'moved' AND value = 8 FROM readings WHERE at = '2026-01-01 00:10';
