SELECT address = 'Straße 1, Moved' FROM customers WHERE id = 5;
SELECT address = 'Fifth, Avenue' FROM customers WHERE id = 7;
SELECT address = ', 東京' FROM customers WHERE id = 8;
SELECT bool_and(address IN ('Old, Town', ', Town', 'New, City')) FROM customers WHERE id > 100000;
