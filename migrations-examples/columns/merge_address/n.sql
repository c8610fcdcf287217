INSERT INTO customers (id, street, city) VALUES ({n}, 'Old', 'Town');
INSERT INTO customers (id, city) VALUES ({n}, 'Town');
UPDATE customers SET city = 'Moved' WHERE id = 5;
UPDATE customers SET visits = visits + 1 WHERE id = 6;
