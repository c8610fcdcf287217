INSERT INTO tickets (id, closed_by) VALUES ({n}, NULL);
DELETE FROM tickets WHERE closed_by IS NULL;
UPDATE tickets SET closed_by = 'new' WHERE id = 2;
