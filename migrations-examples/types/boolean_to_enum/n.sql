INSERT INTO guests (id, coming) VALUES ({n}, true);
UPDATE guests SET coming = false WHERE id = 4;
UPDATE guests SET name = 'x' WHERE id = 5;
SELECT count(*) FROM guests WHERE coming AND id < 10;
