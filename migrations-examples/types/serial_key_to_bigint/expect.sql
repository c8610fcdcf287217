SELECT count(*) = count(DISTINCT id) AND min(id) = 1 FROM logs;
SELECT line = 'changed' FROM logs WHERE id = 1;
