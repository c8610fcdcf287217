INSERT INTO tickets (id, subject) VALUES ({n}, 'old');
UPDATE tickets SET subject = 'x' WHERE id = 1;
