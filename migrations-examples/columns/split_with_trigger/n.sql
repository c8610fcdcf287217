INSERT INTO contacts (id, phone) VALUES ({n}, '+48 1');
UPDATE contacts SET phone = '+49 2' WHERE id = 2;
UPDATE contacts SET seen = seen + 1 WHERE id = 3;
SELECT phone FROM contacts WHERE updated_at < now() LIMIT 1;
