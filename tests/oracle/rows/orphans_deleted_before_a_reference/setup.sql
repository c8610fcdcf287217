CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, pid int); INSERT INTO p SELECT generate_series(1,50); INSERT INTO c SELECT n, n FROM generate_series(1,60) n;
