SELECT value = 'off' FROM flags WHERE id = 3;
SELECT value = 'on' FROM flags WHERE id = 4;
SELECT value = 'on' FROM flags WHERE id = 6;
SELECT bool_and(value IN ('on', 'off')) AND count(DISTINCT value) = 2 FROM flags WHERE id > 100000;
