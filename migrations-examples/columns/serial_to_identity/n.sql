INSERT INTO tickets (title) VALUES ('old {n}');
INSERT INTO tickets (title) VALUES ('old {n}') RETURNING id;
