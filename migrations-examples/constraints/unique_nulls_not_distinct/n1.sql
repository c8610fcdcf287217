INSERT INTO settings VALUES ({n}, NULL, 'new', 'w {n}') ON CONFLICT (tenant, name) DO UPDATE SET id = excluded.id;
