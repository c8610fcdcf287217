SELECT name = 'y' AND email = '2@example.com' FROM people WHERE id = 2;
SELECT has_table_privilege('pg_monitor', 'people', 'SELECT');
