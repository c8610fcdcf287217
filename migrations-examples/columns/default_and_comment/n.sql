INSERT INTO tickets (id, closed_by) VALUES ({n}, 'me');
UPDATE tickets SET closed_by = 'old' WHERE id = 1;
