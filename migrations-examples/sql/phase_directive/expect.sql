SELECT to_regclass('old_names') IS NULL;
