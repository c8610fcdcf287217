SELECT parent = 2 FROM orders WHERE id = 2;
SELECT bool_and(convalidated AND condeferrable) FROM pg_constraint WHERE conrelid = 'orders'::regclass AND contype = 'f';
