INSERT INTO u (id, c) VALUES (40, 30), (41, 2);
