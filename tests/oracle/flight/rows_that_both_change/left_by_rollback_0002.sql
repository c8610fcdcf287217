UPDATE t SET b = 7 WHERE id = 1;
