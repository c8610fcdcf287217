SELECT count(*) = count(DISTINCT id) FROM codes;
SELECT bool_and(twice = 6 OR twice IS NULL) FROM numbers;
