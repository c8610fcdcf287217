UPDATE cfg SET k = 'a' WHERE v = 2;
