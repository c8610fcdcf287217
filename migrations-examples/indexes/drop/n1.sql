UPDATE orders SET number = 'y' WHERE id = 2;
