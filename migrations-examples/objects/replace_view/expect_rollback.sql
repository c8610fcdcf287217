SELECT name = 'x' FROM people WHERE id = 1;
SELECT has_column_privilege('pg_monitor', 'people', 'name', 'UPDATE');
