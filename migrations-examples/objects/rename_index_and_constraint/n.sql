INSERT INTO teams VALUES ({n}, 'old {n}', 1) ON CONFLICT ON CONSTRAINT code_uq DO NOTHING;
INSERT INTO members VALUES ({n}, 1);
UPDATE teams SET size = size + 1 WHERE id = 1;
