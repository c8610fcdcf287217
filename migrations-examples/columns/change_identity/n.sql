INSERT INTO codes (id, code) VALUES ({n} % 90000 + 1000, 'old') ON CONFLICT (id) DO NOTHING;
INSERT INTO logs (line) VALUES ('old {n}');
INSERT INTO numbers DEFAULT VALUES;
