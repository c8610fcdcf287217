SELECT with_tax(9) = 10;
