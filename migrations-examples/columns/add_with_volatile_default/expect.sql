-- not compared: users.token
SELECT token = '00000000-0000-0000-0000-000000000001' FROM users WHERE id = 3;
SELECT count(*) = count(DISTINCT token) FROM users;
