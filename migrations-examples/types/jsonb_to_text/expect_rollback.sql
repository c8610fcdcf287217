SELECT payload = '[1, 2]' FROM events WHERE id = 2;
SELECT bool_and(payload ->> 'by' IN ('old', 'new')) FROM events WHERE id > 100000;
