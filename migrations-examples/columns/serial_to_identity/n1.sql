INSERT INTO tickets (title) VALUES ('new {n}') RETURNING id;
