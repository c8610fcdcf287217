ALTER TABLE old_logins RENAME TO old_logins_until_2026;
