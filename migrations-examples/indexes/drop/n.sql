UPDATE orders SET number = 'x' WHERE id = 1;
