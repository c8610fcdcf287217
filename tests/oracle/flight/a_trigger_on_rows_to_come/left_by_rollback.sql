UPDATE a SET k = 5 WHERE id = 1;
