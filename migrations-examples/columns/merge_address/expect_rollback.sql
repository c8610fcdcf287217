SELECT (street, city) = ('Straße 1', 'Moved') FROM customers WHERE id = 5;
SELECT (street, city) = ('Fifth', 'Avenue') FROM customers WHERE id = 7;
SELECT bool_and((coalesce(street, '-'), city) IN (('Old', 'Town'), ('-', 'Town'), ('New', 'City'))) FROM customers WHERE id > 100000;
