SELECT to_regclass('old_names') IS NOT NULL;
