SELECT count(*) > 300 FROM old_logins;
