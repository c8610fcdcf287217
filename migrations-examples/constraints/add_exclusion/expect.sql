SELECT count(*) > 0 FROM bookings;
SELECT count(*) = 2 FROM pg_constraint WHERE conrelid = 'bookings'::regclass AND contype = 'x';
