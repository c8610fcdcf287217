INSERT INTO teams VALUES ({n}, 'new {n}', 2) ON CONFLICT (code) DO NOTHING;
INSERT INTO members VALUES ({n}, 2);
