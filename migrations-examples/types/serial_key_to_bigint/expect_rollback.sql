SELECT count(*) = count(DISTINCT id) AND min(id) = 1 FROM logs;
SELECT level = 4 FROM logs WHERE id = 2;
