UPDATE pieces SET size = size + 1 WHERE code = 'm7';
INSERT INTO pieces (code, label) VALUES ('m501', 'new') ON CONFLICT (code) DO UPDATE SET size = pieces.size + 1;
INSERT INTO stock (part, amount) VALUES ('m7', 1);
