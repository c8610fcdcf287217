INSERT INTO codes (code) VALUES ('new {n}') RETURNING id;
INSERT INTO logs (line) VALUES ('new {n}');
INSERT INTO numbers (id) VALUES ({n} + 1000000);
