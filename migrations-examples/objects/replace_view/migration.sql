-- One more column in a view that others read, with its privileges, comment and the views on it.
CREATE OR REPLACE VIEW people AS SELECT id, name, lower(email) AS email FROM users;
