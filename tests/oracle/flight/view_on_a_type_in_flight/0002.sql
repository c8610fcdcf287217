CREATE VIEW all_users AS SELECT * FROM users;
