UPDATE parts SET size = size + 2 WHERE code = 'm8';
INSERT INTO parts (code, label) VALUES ('m502', 'newer') ON CONFLICT (code) DO UPDATE SET size = parts.size + 1;
INSERT INTO stock (part, amount) VALUES ('m8', 1);
SELECT code, size FROM big_parts WHERE code = 'm8';
