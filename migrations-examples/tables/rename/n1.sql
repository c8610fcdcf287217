INSERT INTO customers ("Full Name", email) VALUES ('new {n}', 'n{n}@example.com') RETURNING id, note;
INSERT INTO customers ("Full Name", email) VALUES ('twice', '8@example.com') ON CONFLICT (email) DO UPDATE SET note = 'twice';
UPDATE customers SET note = 'new' WHERE id = 9;
DELETE FROM customers WHERE email = 'n{n}@nowhere.example';
