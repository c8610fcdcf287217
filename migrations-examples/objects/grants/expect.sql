SELECT cents = 7 FROM prices WHERE id = 2;
SELECT NOT has_table_privilege('pg_monitor', 'prices', 'DELETE') AND has_table_privilege('pg_monitor', 'prices', 'INSERT');
