-- Remove a table once no release uses it.
DROP TABLE old_logins;
