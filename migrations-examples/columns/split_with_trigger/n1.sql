INSERT INTO contacts (id, country, number) VALUES ({n}, 48, '1');
UPDATE contacts SET country = 47 WHERE id = 4;
UPDATE contacts SET seen = seen + 1 WHERE id = 5;
