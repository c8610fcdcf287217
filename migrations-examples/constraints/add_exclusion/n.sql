UPDATE rooms SET name = 'x' WHERE id = 1;
