SELECT with_tax(9) = 11 AND with_tax(200, 7.5) = 215;
SELECT bool_and(cents IN (8, 11)) FROM gross WHERE id > 100000;
