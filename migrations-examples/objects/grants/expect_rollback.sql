SELECT has_table_privilege('pg_monitor', 'prices', 'DELETE') AND NOT has_table_privilege('pg_monitor', 'prices', 'SELECT');
