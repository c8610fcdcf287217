INSERT INTO clients ("Full Name", email) VALUES ('old {n}', 'o{n}@example.com');
UPDATE clients SET note = 'old' WHERE id = 7;
INSERT INTO letters (client) VALUES (7);
SELECT count(*) FROM named;
