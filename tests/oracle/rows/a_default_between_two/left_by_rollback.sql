INSERT INTO t VALUES (40, 'y'), (41, 'z');
