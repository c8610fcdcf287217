SELECT weight = 9 FROM parts WHERE id = 4;
