SELECT NOT coming FROM guests WHERE id = 7;
SELECT coming FROM guests WHERE id = 5;
