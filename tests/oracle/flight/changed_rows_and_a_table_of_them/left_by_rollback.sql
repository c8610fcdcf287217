UPDATE a SET k = k*10;
