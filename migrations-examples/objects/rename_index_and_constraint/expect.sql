SELECT bool_and(size IN (1, 2)) FROM teams WHERE id > 100000;
SELECT to_regclass('members_team_id_idx') IS NOT NULL AND to_regclass('idx1') IS NULL;
