-- not compared: contacts.updated_at
SELECT (country, number) = (49, '2') FROM contacts WHERE id = 2;
SELECT (country, number) = (47, '1004') FROM contacts WHERE id = 4;
SELECT (country, number) = (33, '1003') FROM contacts WHERE id = 3;
SELECT bool_and((country, number) = (48, '1')) FROM contacts WHERE id > 100000;
