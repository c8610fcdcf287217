SELECT coming = 'no' FROM guests WHERE id = 4;
SELECT coming = 'yes' FROM guests WHERE id = 5;
SELECT coming = 'no' FROM guests WHERE id = 7;
SELECT count(DISTINCT coming) = 2 FROM guests WHERE id > 100000;
