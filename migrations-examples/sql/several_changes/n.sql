INSERT INTO members (id, team_id, rank, note) VALUES ({n}, 1, 5, 'old');
UPDATE members SET rank = rank + 1 WHERE id = 1;
UPDATE members SET team_id = 3, note = 'moved' WHERE id = 2;
