SELECT phone = '+49 2' FROM contacts WHERE id = 2;
SELECT phone = '+47 1004' FROM contacts WHERE id = 4;
SELECT bool_and(phone = '+48 1') FROM contacts WHERE id > 100000;
