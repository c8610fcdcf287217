INSERT INTO tickets (id, subject) VALUES ({n}, 'new') RETURNING number;
SELECT subject FROM tickets WHERE number = 1000;
