SELECT pg_typeof(payload) = 'text'::regtype AND payload = '[1,2]' FROM events WHERE id = 2;
SELECT payload::jsonb ->> 'n' = '0' FROM events WHERE id = 1;
SELECT payload::jsonb ->> 'n' = '3' FROM events WHERE id = 3;
SELECT bool_and(payload::jsonb ->> 'by' IN ('old', 'new')) FROM events WHERE id > 100000;
