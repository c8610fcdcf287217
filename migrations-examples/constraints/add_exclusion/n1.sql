INSERT INTO bookings (id, during) VALUES ({n}, int4range({n}, {n} + 1));
