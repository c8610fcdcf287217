INSERT INTO items VALUES ({n}, 9);
SELECT with_tax(cents, 7.5) FROM items WHERE id = 2;
