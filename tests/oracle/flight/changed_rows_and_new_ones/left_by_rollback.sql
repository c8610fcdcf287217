UPDATE cfg SET v = v + 1;
