SELECT count(*) > 300 FROM old_logins_until_2026;
SELECT to_regclass('old_logins') IS NULL;
