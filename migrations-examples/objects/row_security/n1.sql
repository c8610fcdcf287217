BEGIN; SET LOCAL ROLE pg_monitor; SET LOCAL app.tenant = '2'; INSERT INTO documents VALUES ({n}, 2, 'new'); UPDATE documents SET title = 'y' WHERE id IN (2, 5); COMMIT;
