INSERT INTO members (id, team_id, remark) VALUES ({n}, 2, 'new');
UPDATE members SET rank = 50, remark = 'by new' WHERE id = 3;
UPDATE members SET team_id = 4 WHERE id = 4;
INSERT INTO roles VALUES ({n}, 'role {n}');
