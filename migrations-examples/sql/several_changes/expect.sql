SELECT team_id = 3 AND remark = 'moved' FROM members WHERE id = 2;
SELECT rank = 50 AND remark = 'by new' FROM members WHERE id = 3;
SELECT team_id = 4 FROM members WHERE id = 4;
SELECT bool_and((team_id, rank, remark) IN ((1, 5, 'old'), (2, 0, 'new'))) FROM members WHERE id > 100000;
