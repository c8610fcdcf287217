UPDATE ev SET state = 'none' WHERE state IS NULL;
UPDATE ev SET n = n + 1;
