INSERT INTO shipments (id, note, carrier, weight) VALUES ({n}, 'new', 'courier', 250);
UPDATE shipments SET weight = 100 WHERE id = 2;
SELECT count(*) FROM shipments WHERE carrier = 'post';
