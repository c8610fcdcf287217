UPDATE parts SET size = size + 1 WHERE code = 'm7';
INSERT INTO parts (code, label) VALUES ('m501', 'new') ON CONFLICT (code) DO UPDATE SET size = parts.size + 1;
UPDATE parts SET label = 'renamed' WHERE code = 'é''"';
INSERT INTO stock (part, amount) VALUES ('m7', 1);
SELECT count(*) FROM bigger_parts;
