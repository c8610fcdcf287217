SELECT count(*) = 1 FROM settings WHERE name = 'new';
