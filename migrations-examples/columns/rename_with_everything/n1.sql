INSERT INTO makers VALUES ('k{n}');
INSERT INTO pieces (maker_code) SELECT max(code) FROM makers WHERE code LIKE 'k%' ON CONFLICT DO NOTHING;
INSERT INTO stock (part, amount) VALUES ('m8', 1);
UPDATE pieces SET maker_code = maker_code, label = 'seen' WHERE maker_code LIKE 'k%';
