SELECT count(*) > 0 FROM settings WHERE name LIKE 'old%';
