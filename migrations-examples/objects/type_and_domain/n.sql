INSERT INTO shipments (id, note) VALUES ({n}, 'old');
UPDATE shipments SET note = 'x' WHERE id = 1;
