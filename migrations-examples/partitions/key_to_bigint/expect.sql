SELECT value = 3 FROM readings WHERE id = 3;
SELECT count(*) = 1 FROM readings_2 WHERE id = 5;
SELECT value = 5 FROM readings_1 WHERE id = 6;
SELECT count(*) = count(DISTINCT id) FROM readings;
SELECT count(*) = 1500 FROM readings WHERE id <= 1500;
