UPDATE t SET b = 7 WHERE b = 1;
