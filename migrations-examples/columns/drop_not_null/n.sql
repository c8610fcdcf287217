INSERT INTO users (id, email, legacy_flag) VALUES ({n}, 'old', true);
UPDATE users SET legacy_flag = NOT legacy_flag WHERE id = 1;
