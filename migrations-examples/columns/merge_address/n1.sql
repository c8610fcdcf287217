INSERT INTO customers (id, address) VALUES ({n}, 'New, City');
UPDATE customers SET address = 'Fifth, Avenue' WHERE id = 7;
UPDATE customers SET visits = visits + 1 WHERE id = 8;
